-- The dead tasks, latest first.
-- KEYS  1: the dead, ids by when they died
-- ARGV  1: prefix of the tasks' own keys  2: how many at the most
-- Reply ids and records as add.lua writes them, one after the other; the record of what is no task is ''
-- Cost  one round trip, O(log N + n) for n of N dead tasks
local ids = redis.call('ZREVRANGE', KEYS[1], 0, ARGV[2] - 1)
local keys, reply = {}, {}
for i = 1, #ids do
  keys[i] = ARGV[1] .. ids[i]
end
if #keys > 0 then
  local records = redis.call('MGET', unpack(keys))
  for i = 1, #ids do
    reply[#reply + 1] = ids[i]
    reply[#reply + 1] = records[i] or ''
  end
end
return reply
