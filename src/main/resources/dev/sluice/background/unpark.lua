-- Makes parked tasks due whose handler the caller has.
-- KEYS  1: the queue, ids by the millisecond at which each is due  2: handlers with parked tasks
-- ARGV  1: now in ms, '' = Redis's clock  2: how many of a handler at the most  then: handlers
-- Reply how many have become due
-- Cost  one round trip, O(1) while nothing is parked; else O(n log N) for n tasks in a queue of N
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)
local count = 0
for _, handler in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  for i = 3, #ARGV do
    if ARGV[i] == handler then
      local parked = KEYS[2] .. ':' .. handler
      local ids = redis.call('SPOP', parked, ARGV[2])
      for _, id in ipairs(ids) do
        redis.call('ZADD', KEYS[1], now, id)
      end
      count = count + #ids
      if redis.call('EXISTS', parked) == 0 then
        redis.call('SREM', KEYS[2], handler)
      end
    end
  end
end
return count
