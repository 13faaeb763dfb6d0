-- Lets the stamps of tags live as long as an entry that was stored with them. A stamp that has to live longer is
-- given twice the time, so that it is not written for each entry.
-- KEYS  the tags' stamps
-- ARGV  1 the entry's life, ms
-- Reply 1. Cost: O(tags).
for _, key in ipairs(KEYS) do
  if redis.call('PTTL', key) < tonumber(ARGV[1]) then
    redis.call('PEXPIRE', key, string.format('%.0f', 2 * ARGV[1]))
  end
end
return 1
