-- Gives a lease and looks the entry up again.
-- KEYS  1 the base key's entries   2 the cache's stamp   3 the base key's leases
-- ARGV  1 the variant   2 the fencing token, and the stamp where there is none   3 the lease's duration, ms
-- Reply the cache's stamp, the entry's bytes or false. Cost: O(1).
local stamp = redis.call('GET', KEYS[2])
if not stamp then
  stamp = ARGV[2]
  redis.call('SET', KEYS[2], stamp)
end
redis.call('HSET', KEYS[3], ARGV[2], '')
redis.call('PEXPIRE', KEYS[3], ARGV[3])
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if stored and string.sub(stored, 1, 16) == stamp then
  return {stamp, string.sub(stored, 17)}
end
return {stamp, false}
