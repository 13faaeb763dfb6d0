-- How far a task is.
-- KEYS  1: the task's own
-- Reply {attempts, 'done', 'dead' or '', error}; nothing if there is no such task
-- Cost  one round trip, O(length of the payload)
local kept = redis.pcall('GET', KEYS[1])
local attempts, state, from = string.match(
  type(kept) == 'string' and kept or '', '^(%d+) %S* ?(%a*)\n()')
if not attempts then
  return false
end
local length, start = string.match(kept, '^%d+ %d* %S+ (%d+)\n()', from)
return {tonumber(attempts), state, length and string.sub(kept, start, start + length - 1) or ''}
