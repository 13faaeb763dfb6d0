-- Counts tasks: all of them, and by handler those that are first due and those that died last.
-- KEYS  1: the queue, ids by the millisecond at which each is due  2: the dead, ids by when they died
--       3: handlers with parked tasks
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock
--       3: how many of the queue, and of the dead, are looked at for their handlers
-- Reply now, how many are in the queue, are due, are dead; then for each handler: its name, how many are
--       held, due, delayed, parked, dead, and the time at which the oldest due one is due, or 0
-- Cost  one round trip, O(log N) for a queue of N, and O(1) for each that is looked at
local time = redis.call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
local counts, names = {}, {}
local function count(handler, column, n)
  if not counts[handler] then
    counts[handler] = {0, 0, 0, 0, 0, 0}
    names[#names + 1] = handler
  end
  counts[handler][column] = counts[handler][column] + n
  return counts[handler]
end
local function records(ids, step)
  local keys = {}
  for i = 1, #ids, step do
    keys[#keys + 1] = ARGV[1] .. ids[i]
  end
  return #keys > 0 and redis.call('MGET', unpack(keys)) or {}
end
local pattern = '^1 (%S+) (%d+) %a %d+ %S+ %d+ %d+ (%S+)'
local queue = redis.call('ZRANGE', KEYS[1], 0, ARGV[3] - 1, 'WITHSCORES')
for i, record in ipairs(records(queue, 2)) do
  local owner, attempts, handler = string.match(record or '', pattern)
  local score = tonumber(queue[2 * i])
  if handler and score <= now then
    local row = count(handler, 2, 1)
    row[6] = row[6] > 0 and row[6] or score
  elseif handler then
    count(handler, (owner ~= '-' and attempts ~= '0') and 1 or 3, 1)
  end
end
for _, handler in ipairs(redis.call('SMEMBERS', KEYS[3])) do
  count(handler, 4, redis.call('SCARD', KEYS[3] .. ':' .. handler))
end
for _, record in ipairs(records(redis.call('ZREVRANGE', KEYS[2], 0, ARGV[3] - 1), 1)) do
  local _, _, handler = string.match(record or '', pattern)
  if handler then
    count(handler, 5, 1)
  end
end
local reply = {
  string.format('%.0f', now), redis.call('ZCARD', KEYS[1]), redis.call('ZCOUNT', KEYS[1], '-inf', now),
  redis.call('ZCARD', KEYS[2])}
for _, handler in ipairs(names) do
  reply[#reply + 1] = handler
  for column = 1, 5 do
    reply[#reply + 1] = counts[handler][column]
  end
  reply[#reply + 1] = string.format('%.0f', counts[handler][6])
end
return reply
