-- The stamps of tags, made anew where they are missing.
-- KEYS  the tags' stamps
-- ARGV  1 a new stamp   2 how long they are needed, ms   3... the stamp expected of each, or nothing:
--       where all are as expected nothing is written
-- Reply the stamps in the order of the keys. Cost: O(tags).
local stamps = {}
local expected = ARGV[3] ~= nil
for i, key in ipairs(KEYS) do
  stamps[i] = redis.call('GET', key)
  expected = expected and stamps[i] == ARGV[i + 2]
end
if expected then
  return stamps
end
for i, key in ipairs(KEYS) do
  if not stamps[i] then
    stamps[i] = ARGV[1]
    redis.call('SET', key, stamps[i], 'PX', ARGV[2])
  elseif redis.call('PTTL', key) < tonumber(ARGV[2]) then
    redis.call('PEXPIRE', key, ARGV[2])
  end
end
return stamps
