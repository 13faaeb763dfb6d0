-- Ends a task that waits, and asks the holder of one that is held to end it.
-- KEYS  1: the queue, ids by the millisecond at which each is due  2: the task's record
--       3: held tasks that are to end, ids by the time of asking  4: handlers with parked tasks
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock
--       3: retention of ended tasks in ms, 0 = none  4: id
-- Cost  one round trip, O(log N) in a queue of N
local time = redis.call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
local record = redis.call('GET', KEYS[2])
local owner, attempts, rest, handler, last = string.match(
  record or '', '^1 (%S+) (%d+) [wcr]( %d+ %S+ %d+ %d+ (%S+))(.*)$')
if not owner then
  return 0
end
if owner ~= '-' and attempts ~= '0' then
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - 86400000)
  redis.call('ZADD', KEYS[3], now, ARGV[4])
  return 0
end
redis.call('ZREM', KEYS[1], ARGV[4])
redis.call('SREM', KEYS[4] .. ':' .. handler, ARGV[4])
redis.call('DEL', KEYS[2] .. ':p')
if ARGV[3] == '0' then
  redis.call('DEL', KEYS[2])
else
  record = '1 ' .. owner .. ' ' .. attempts .. ' k' .. rest .. ' ' .. string.format('%.0f', now) .. last
  redis.call('SET', KEYS[2], record, 'PX', ARGV[3])
end
return 0
