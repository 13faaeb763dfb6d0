-- Makes dead tasks due again with all their attempts, or forgets them.
-- KEYS  1: the queue, ids by the millisecond at which each is due  2: the dead, ids by when they died
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock  3: 'requeue' or 'discard'
--       4: handler of which they have to be, '' = any   then: ids
-- Reply the ids of those that were dead, and of the handler
-- Cost  one round trip, O(n log N) for n tasks in a queue of N
local time = redis.call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
local reply = {}
for i = 5, #ARGV do
  local id, key = ARGV[i], ARGV[1] .. ARGV[i]
  local task, handler, failure = string.match(
    redis.call('GET', key) or '', '^1 %S+ %d+ x( %d+ %S+ %d+ %d+ (%S+))[^\n]*(.*)$')
  if task and (ARGV[4] == '' or ARGV[4] == handler) then
    if ARGV[3] == 'requeue' then
      redis.call('SET', key, '1 - 0 w' .. task .. failure)
      redis.call('PERSIST', key .. ':p')
      redis.call('ZADD', KEYS[1], now, id)
    else
      redis.call('DEL', key, key .. ':p')
    end
    redis.call('ZREM', KEYS[2], id)
    reply[#reply + 1] = id
  end
end
return reply
