-- The stamps of tags, made anew where they are missing.
-- KEYS  the tags' stamps   ARGV  1 a new stamp   2 how long they are needed, ms
-- Reply the stamps in the order of the keys. Cost: O(tags).
local stamps = {}
for i, key in ipairs(KEYS) do
  local stamp = redis.call('GET', key)
  if not stamp then
    stamp = ARGV[1]
    redis.call('SET', key, stamp, 'PX', ARGV[2])
  elseif redis.call('PTTL', key) < tonumber(ARGV[2]) then
    redis.call('PEXPIRE', key, ARGV[2])
  end
  stamps[i] = stamp
end
return stamps
