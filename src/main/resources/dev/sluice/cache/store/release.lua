-- Ends a lease without an entry, and the leadership that came with it.
-- KEYS  1 the base key's leases
-- ARGV  1 the variant   2 the fencing token   3 for how long nobody is to lead after it if it was awaited, ms; 0 for not at all
-- Reply 1. Cost: O(1).
redis.call('HDEL', KEYS[1], ARGV[2])
local field = '!' .. ARGV[1]
local leader = redis.call('HGET', KEYS[1], field)
if leader and string.sub(leader, 1, 16) == ARGV[2] then
  local awaited = redis.call('HDEL', KEYS[1], '?' .. ARGV[1])
  if ARGV[3] == '0' or awaited == 0 then
    redis.call('HDEL', KEYS[1], field)
  else
    local time = redis.call('TIME')
    local last = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]
    redis.call('HSET', KEYS[1], field, string.rep('-', 16) .. string.format('%.0f', last))
    if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
      redis.call('PEXPIRE', KEYS[1], ARGV[3])
    end
  end
end
return 1
