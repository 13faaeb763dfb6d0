-- How far a task is.
-- KEYS  1: the queue, ids by the millisecond at which each is due  2: the task's record  3: its progress
-- ARGV  1: its id
-- Reply its record as add.lua writes it, when it is due or '', its progress or ''; nothing if there is no
--       such task
-- Cost  one round trip, O(1)
local kept = redis.call('MGET', KEYS[2], KEYS[3])
if not kept[1] then
  return false
end
return {kept[1], redis.call('ZSCORE', KEYS[1], ARGV[1]) or '', kept[2] or ''}
