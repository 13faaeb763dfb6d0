-- Reads payloads of tasks that the caller holds and is about to begin: their attempts count from here on.
-- KEYS  1: the queue
-- ARGV  1: prefix of the tasks' own keys
--       then for each task: id, how its record starts if the caller holds it (see add.lua)
-- Reply for each task its payload, nil if there is none
-- Cost  one round trip, O(n) and the payloads' length
local records, payloads = {}, {}
for i = 2, #ARGV, 2 do
  records[#records + 1] = ARGV[1] .. ARGV[i]
  payloads[#payloads + 1] = ARGV[1] .. ARGV[i] .. ':p'
end
local kept = redis.call('MGET', unpack(records))
for i = 1, #records do
  local mine = ARGV[2 * i + 1]
  if kept[i] and string.sub(kept[i], 1, #mine) == mine and string.find(kept[i], '^[wc]', #mine + 1) then
    redis.call('SETRANGE', records[i], #mine, 'r')
  end
end
return redis.call('MGET', unpack(payloads))
