-- Renews the leadership of a computation, unless it was lost.
-- KEYS  1 the base key's leases
-- ARGV  1 the variant   2 the fencing token   3 the leadership's duration, ms
-- Reply 1 or 0. Cost: O(1).
local leader = redis.call('HGET', KEYS[1], '!' .. ARGV[1])
if not leader or string.sub(leader, 1, 16) ~= ARGV[2] then
  return 0
end
local time = redis.call('TIME')
local last = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]
redis.call('HSET', KEYS[1], '!' .. ARGV[1], ARGV[2] .. string.format('%.0f', last))
return 1
