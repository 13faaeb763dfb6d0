-- The second look of whoever is about to compute, and the tokens without which nothing is stored.
-- KEYS  1 the base key's hash   2 the cache's stamp
-- ARGV  1 the variant   2 a new token   3 how long the right to store holds, ms
-- Reply the fencing token, the cache's stamp, the entry's bytes or false. Cost: O(1).
local stamp = redis.call('GET', KEYS[2])
if not stamp then
  stamp = ARGV[2]
  redis.call('SET', KEYS[2], stamp)
end
local fence = redis.call('HGET', KEYS[1], '#')
if not fence then
  fence = ARGV[2]
  redis.call('HSET', KEYS[1], '#', fence)
end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if stored and string.sub(stored, 1, 16) == stamp then
  return {fence, stamp, string.sub(stored, 17)}
end
return {fence, stamp, false}
