-- Makes a tick of a schedule, once in the cluster.
-- KEYS  1: the queue, ids by the millisecond at which each is due  2: the schedule: the time of its last
--       tick in ms, a space, its definition  3: names of paused schedules
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock  3: name  4: definition
--       5: the tick's time in ms, '' = only asks
--       then, unless the tick is skipped: id, record, payload of its task, see add.lua
-- Reply the time of the last tick, or that at which this definition was first seen; now; 1 if this call
--       has made the tick, else 0
-- Cost  one round trip, O(log N) in a queue of N
local time = redis.call('TIME')
local now = string.format('%.0f', tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000))
local last, definition = string.match(redis.call('GET', KEYS[2]) or '', '^(%d+) (.*)$')
if definition ~= ARGV[4] then
  redis.call('SET', KEYS[2], now .. ' ' .. ARGV[4])
  return {now, now, 0}
end
local tick = tonumber(ARGV[5])
if not tick or tick <= tonumber(last) or tick > tonumber(now) then
  return {last, now, 0}
end
redis.call('SET', KEYS[2], ARGV[5] .. ' ' .. ARGV[4])
local key = ARGV[6] and ARGV[1] .. ARGV[6]
if key and redis.call('SISMEMBER', KEYS[3], ARGV[3]) == 0 and redis.call('EXISTS', key) == 0 then
  redis.call('MSET', key, ARGV[7], key .. ':p', ARGV[8])
  redis.call('ZADD', KEYS[1], now, ARGV[6])
end
return {ARGV[5], now, 1}
