-- Makes dead tasks of a handler due again with all their attempts, or forgets them.
-- KEYS  1: the queue, ids by the millisecond at which each is due  2: the dead, ids by when they died
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock  3: 'requeue' or 'discard'
--       4: handler  5: how many dead tasks are left out, since they were looked at before
--       6: how many are looked at  7: only those that died before this time in ms, '' = now
-- Reply how many were of the handler, how many were not, and the time to be said next as ARGV 7
-- Cost  one round trip, O(n log N) for n that are looked at and a queue of N
local time = redis.call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
local before = ARGV[7] ~= '' and ARGV[7] or string.format('%.0f', now)
local ids = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', before, 'LIMIT', ARGV[5], ARGV[6])
local revived = 0
for _, id in ipairs(ids) do
  local key = ARGV[1] .. id
  local task, handler, failure = string.match(
    redis.call('GET', key) or '', '^1 %S+ %d+ x( %d+ %S+ %d+ %d+ (%S+))[^\n]*(.*)$')
  if handler == ARGV[4] then
    if ARGV[3] == 'requeue' then
      redis.call('SET', key, '1 - 0 w' .. task .. failure)
      redis.call('PERSIST', key .. ':p')
      redis.call('ZADD', KEYS[1], now, id)
    else
      redis.call('DEL', key, key .. ':p')
    end
    redis.call('ZREM', KEYS[2], id)
    revived = revived + 1
  end
end
return {revived, #ids - revived, before}
