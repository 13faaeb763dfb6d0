-- Takes what is due, longest due first. Every claim is an attempt, so that a task which kills its
-- nodes ends among the dead; so does what is no task.
-- KEYS  1: the queue, ids by the millisecond at which each is due  2: the dead, ids by when they died
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock  3: lease in ms
--       4: retention in ms  5: owner, the fencing token  6: how many at the most
-- Reply the claims, each {id, attempt, task as add.lua writes it}; the ids of those found dead
-- Cost  one round trip, O(n log N) for n due tasks in a queue of N, whatever N waits
local time = redis.call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
local claims, dead = {}, {}

local function bury(id, key, attempts)
  redis.call('ZREM', KEYS[1], id)
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('(%.0f', now - ARGV[4]))
  redis.call('ZADD', KEYS[2], string.format('%.0f', now), id)
  if attempts then
    redis.call('HSET', key, 'c', attempts .. ' ', 's', 'dead', 'e', 'its node died in attempt ' .. attempts)
  end
  redis.call('PEXPIRE', key, ARGV[4])
  dead[#dead + 1] = id
end

local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[6])
for _, id in ipairs(due) do
  local key = ARGV[1] .. id
  local held = redis.pcall('HMGET', key, 'c', 't')
  local attempts = tonumber(string.match(held[1] or '0 ', '^%d+') or nil)
  local most = tonumber(string.match(held[2] or '', '^(%d+)\n%d*\n[^\n]+\n') or nil)
  if not (attempts and most) then
    bury(id, key)
  elseif attempts >= most then
    bury(id, key, attempts)
  else
    redis.call('HSET', key, 'c', attempts + 1 .. ' ' .. ARGV[5])
    redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[3]), id)
    claims[#claims + 1] = {id, attempts + 1, held[2]}
  end
end
return {claims, dead}
