-- Adds tasks, all or none, each the owner's from the start.
-- KEYS  1: the queue, a sorted set of ids by the millisecond at which each is due
--       2: the dead, ids by when they died
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock  3: capacity of the queue
--       then for each task: id, due in ms from now, what a task with this id means ('' = there is none,
--       'same' = it is this task, 'ended' = it is this task unless it has ended), record, payload
-- Reply for each task 1 if it is new, 0 if it was there before; or 'full'
-- Cost  one round trip, O(n log N) for n tasks in a queue of N
--
-- A task is two strings. Its payload is kept under its id and ':p'. Its record is kept under its id,
-- rewritten at each step, and starts with the version of this format: '1 ', then
--   owner          of its lease, the fencing token; '-' if it has none
--   attempts       how many have begun; if it is held, the one that its owner begins is counted too
--   state          w waiting, or held and not known to have begun, c the same and confirmed by a duplicate,
--                  r held and begun, d done, k cancelled, x dead
--   max attempts, time-out in ms or '-', time of adding in ms, length of the payload, handler,
--   time of its end in ms if it has ended
-- with spaces between them; after a line feed comes the last error. Owner and attempts together tell a
-- script whether its caller still holds the task: a record of its own starts with '1 owner attempts '.
local call, ARGV = redis.call, ARGV
local time = call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
if call('ZCARD', KEYS[1]) + (#ARGV - 3) / 5 > tonumber(ARGV[3]) then
  return 'full'
end
local reply = {}
for i = 4, #ARGV, 5 do
  local id, key = ARGV[i], ARGV[1] .. ARGV[i]
  local position, state
  if ARGV[i + 2] ~= '' then
    position, state = string.match(call('GET', key) or '', '^1 %S+ %d+ ()(%a) ')
  end
  if not state or ARGV[i + 2] == 'ended' and not string.find(state, '[wcr]') then
    if state == 'x' then
      call('ZREM', KEYS[2], id)
    end
    call('MSET', key, ARGV[i + 3], key .. ':p', ARGV[i + 4])
    -- Written here: Redis itself writes a number with 17 digits, which takes longer.
    call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[i + 1]), id)
    reply[#reply + 1] = 1
  else
    if state == 'w' then
      call('SETRANGE', key, position - 1, 'c')
    end
    reply[#reply + 1] = 0
  end
end
return reply
