-- Stores the entry of one variant and ends its lease and leadership, unless the base key was evicted or the cache
-- cleared since the lease was given.
-- KEYS  1 the base key's entries   2 the cache's stamp   3 the base key's leases
-- ARGV  1 the variant   2 the fencing token   3 stamp and entry   4 the entry's life, ms
--       5 'alone' to delete all other entries and leases of the key   6 now, ms, in tests
-- Reply 1 or 0. Cost: O(1). The key lives as long as the longest of its entries.
if redis.call('HDEL', KEYS[3], ARGV[2]) == 0
    or redis.call('GET', KEYS[2]) ~= string.sub(ARGV[3], 1, 16) then
  return 0
end
if ARGV[5] == 'alone' then
  redis.call('DEL', KEYS[1], KEYS[3])
else
  local leader = redis.call('HGET', KEYS[3], '!' .. ARGV[1])
  if leader and string.sub(leader, 1, 16) == ARGV[2] then
    redis.call('HDEL', KEYS[3], '!' .. ARGV[1], '?' .. ARGV[1])
  end
end
local now = tonumber(ARGV[6])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local last = math.max(tonumber(redis.call('HGET', KEYS[1], '@') or 0), now + tonumber(ARGV[4]))
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3], '@', string.format('%.0f', last))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', last - now))
return 1
