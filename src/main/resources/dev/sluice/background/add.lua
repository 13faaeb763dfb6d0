-- Adds tasks, all or none, each the owner's from the start.
-- KEYS  1: the queue, a sorted set of ids by the millisecond at which each is due
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock  3: lease in ms
--       4: capacity of the queue  5: owner, the fencing token
--       then for each task: id, delay in ms, handler, payload, max attempts, time-out in ms or ''
-- Reply for each task 1 if it is new, 0 if it was there before; or 'full'
-- Cost  one round trip, O(n log N) for n tasks in a queue of N
-- A task is one string, for the sake of memory: two lines, its last error, its payload.
--   claim  how often it was claimed, a space, its owner if it has one; ' done' or ' dead' if it ended
--   task   max attempts, time-out in ms or '', handler, length of the error; spaces between them
-- Of a done one the first line is left.
local time = redis.call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('ZCARD', KEYS[1]) + (#ARGV - 5) / 6 > tonumber(ARGV[4]) then
  return 'full'
end
local reply = {}
for i = 6, #ARGV, 6 do
  local id, delay = ARGV[i], tonumber(ARGV[i + 1])
  local claim = (delay > 0 and '0 ' or '1 ') .. ARGV[5]
  local task = table.concat({ARGV[i + 4], ARGV[i + 5], ARGV[i + 2], 0}, ' ')
  if redis.call('SET', ARGV[1] .. id, claim .. '\n' .. task .. '\n' .. ARGV[i + 3], 'NX') then
    local due = delay > 0 and now + delay or now + ARGV[3]
    redis.call('ZADD', KEYS[1], string.format('%.0f', due), id)
    reply[#reply + 1] = 1
  else
    reply[#reply + 1] = 0
  end
end
return reply
