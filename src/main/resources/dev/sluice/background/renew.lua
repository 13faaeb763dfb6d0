-- Renews leases, many of a node's in one call.
-- KEYS  1: the queue, ids by the millisecond at which each is due
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock  3: lease in ms
--       then for each task: id, how its record starts if the caller holds it (see add.lua), 'r' if it
--       has begun
-- Reply the positions, from 0, of those that the caller does not hold any more; for those that are not
--       there at all, -1 - position
-- Cost  one round trip, O(n log N) for n tasks in a queue of N
local time = redis.call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
local keys, due, reply = {}, {}, {}
for i = 4, #ARGV, 3 do
  keys[#keys + 1] = ARGV[1] .. ARGV[i]
end
if #keys == 0 then
  return reply
end
local records = redis.call('MGET', unpack(keys))
for i = 1, #keys do
  local mine, record = ARGV[3 * i + 2], records[i]
  if not record and redis.call('EXISTS', keys[i]) == 0 then
    reply[#reply + 1] = -i
  elseif not record or string.sub(record, 1, #mine) ~= mine then
    reply[#reply + 1] = i - 1
  elseif string.find(record, '^[wcr]', #mine + 1) then -- what its owner has ended is not lost
    due[#due + 1] = now + ARGV[3]
    due[#due + 1] = ARGV[3 * i + 1]
    if ARGV[3 * i + 3] == 'r' and string.sub(record, #mine + 1, #mine + 1) ~= 'r' then
      redis.call('SETRANGE', keys[i], #mine, 'r')
    end
  end
end
if #due > 0 then
  redis.call('ZADD', KEYS[1], unpack(due))
end
return reply
