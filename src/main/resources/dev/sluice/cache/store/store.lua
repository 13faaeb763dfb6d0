-- Stores one variant, unless since the fencing token and the stamp were handed out the base key was
-- evicted or its cache cleared.
-- KEYS  1 the base key's hash   2 the cache's stamp
-- ARGV  1 the variant   2 the fencing token   3 stamp and entry   4 the entry's life, ms
--       5 how many variants a base key may have   6 now, ms, in tests
-- Reply 1 or 0. Cost: O(1). The key lives as long as the longest of its entries.
if redis.call('HGET', KEYS[1], '#') ~= ARGV[2]
    or redis.call('GET', KEYS[2]) ~= string.sub(ARGV[3], 1, 16) then
  return 0
end
local now = tonumber(ARGV[6])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local last = tonumber(redis.call('HGET', KEYS[1], '@') or 0)
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) + 2
    and redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], '#', ARGV[2])
  last = 0
end
last = math.max(last, now + tonumber(ARGV[4]))
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3], '@', string.format('%.0f', last))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', last - now))
return 1
