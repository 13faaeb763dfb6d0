-- Reads the stamps of tags and creates those that are missing, for a fill that has computed and learns its tags
-- only now. None where a tag may have been evicted since the fill began.
-- KEYS  the guards of the tags, then the tags' stamps
-- ARGV  1 a new stamp   2 the lease's duration, ms   3… the guards as the fill began, in the order of the keys
-- Reply the stamps in the order of the tags, or false. Cost: O(tags).
local guards = #ARGV - 2
for i = 1, guards do
  if redis.call('GET', KEYS[i]) ~= ARGV[i + 2] then
    return false
  end
end
local stamps = {}
for i = guards + 1, #KEYS do
  local stamp = redis.call('GET', KEYS[i])
  if not stamp then
    stamp = ARGV[1]
    redis.call('SET', KEYS[i], stamp, 'PX', ARGV[2])
  elseif redis.call('PTTL', KEYS[i]) <= tonumber(ARGV[2]) then
    redis.call('PEXPIRE', KEYS[i], string.format('%.0f', 2 * ARGV[2]))
  end
  stamps[i - guards] = stamp
end
return stamps
