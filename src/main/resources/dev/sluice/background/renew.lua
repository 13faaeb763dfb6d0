-- Starts leases anew, all of a node's in one call.
-- KEYS  1: the queue, ids by the millisecond at which each is due
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock  3: lease in ms
--       then for each task: id, its claim as add.lua writes it, the owner being the fencing token
-- Reply the positions, from 0, of those that are not their owner's any more
-- Cost  one round trip, O(n log N) for n tasks in a queue of N
local time = redis.call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
local due = string.format('%.0f', now + ARGV[3])
local lost = {}
for i = 4, #ARGV, 2 do
  local claim = ARGV[i + 1]
  local kept = redis.pcall('GETRANGE', ARGV[1] .. ARGV[i], 0, #claim)
  if kept == claim .. '\n' then
    redis.call('ZADD', KEYS[1], due, ARGV[i])
  elseif kept ~= claim .. ' ' then -- what its owner has ended is not lost
    lost[#lost + 1] = (i - 4) / 2
  end
end
return lost
