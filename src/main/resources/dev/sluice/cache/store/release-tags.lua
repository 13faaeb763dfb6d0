-- Deletes the stamps of tags that a fill created, unless another fill relies on them: it has
-- extended them beyond the first fill's lease.
-- KEYS  the tags' stamps
-- ARGV  1 the stamp that the fill created   2 the lease's duration, ms
-- Reply 1. Cost: O(tags).
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] and redis.call('PTTL', key) <= tonumber(ARGV[2]) then
    redis.call('DEL', key)
  end
end
return 1
