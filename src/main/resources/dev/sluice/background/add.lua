-- Adds tasks, all or none; those without a delay are the owner's from the start.
-- KEYS  1: the queue, a sorted set of ids by the millisecond at which each is due
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock  3: lease in ms
--       4: capacity of the queue  5: owner, the fencing token
--       then for each task: id, delay in ms, handler, payload, max attempts, time-out in ms or ''
-- Reply for each task 1 if it is new or the owner's already, 0 if it was there before; or 'full'
-- Cost  one round trip, O(n log N) for n tasks in a queue of N
-- A task is a hash of few fields, for the sake of memory: t the task, in lines of max attempts,
-- time-out in ms or '', handler, payload; c, if it was ever claimed, how often, a space, and its
-- owner if it has one; e its last error; s 'done' or 'dead' when it has ended
local time = redis.call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
local owner = ARGV[5]
if redis.call('ZCARD', KEYS[1]) + (#ARGV - 5) / 6 > tonumber(ARGV[4]) then
  return 'full'
end
local reply = {}
for i = 6, #ARGV, 6 do
  local id, delay = ARGV[i], tonumber(ARGV[i + 1])
  local key = ARGV[1] .. id
  if redis.call('EXISTS', key) == 1 then
    reply[#reply + 1] = redis.pcall('HGET', key, 'c') == '1 ' .. owner and 1 or 0
  else
    local due = delay > 0 and now + delay or now + ARGV[3]
    local task = ARGV[i + 4] .. '\n' .. ARGV[i + 5] .. '\n' .. ARGV[i + 2] .. '\n' .. ARGV[i + 3]
    redis.call('HSET', key, 't', task)
    if delay == 0 then
      redis.call('HSET', key, 'c', '1 ' .. owner)
    end
    redis.call('ZADD', KEYS[1], string.format('%.0f', due), id)
    reply[#reply + 1] = 1
  end
end
return reply
