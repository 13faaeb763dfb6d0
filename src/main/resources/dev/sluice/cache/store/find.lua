-- Finds the entry of one variant, if its cache has not been cleared since.
-- KEYS  1 the base key's entries   2 the cache's stamp
-- ARGV  1 the variant
-- Reply the cache's stamp and the entry's bytes, or false. Cost: HGET + GET, O(1). An entry under an old stamp is deleted.
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if not stored then
  return false
end
if string.sub(stored, 1, 16) ~= redis.call('GET', KEYS[2]) then
  redis.call('HDEL', KEYS[1], ARGV[1])
  return false
end
return {string.sub(stored, 1, 16), string.sub(stored, 17)}
