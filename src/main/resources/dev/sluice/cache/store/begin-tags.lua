-- Reads the stamps of tags and creates those that are missing, for a fill.
-- KEYS  the tags' stamps
-- ARGV  1 a new stamp   2 the lease's duration, ms
-- Reply the stamps in the order of the keys. Cost: O(tags).
local stamps = {}
for i, key in ipairs(KEYS) do
  stamps[i] = redis.call('GET', key)
  if not stamps[i] then
    stamps[i] = ARGV[1]
    redis.call('SET', key, stamps[i], 'PX', ARGV[2])
  elseif redis.call('PTTL', key) <= tonumber(ARGV[2]) then
    redis.call('PEXPIRE', key, string.format('%.0f', 2 * ARGV[2]))
  end
end
return stamps
