-- Takes what is due, longest due first. Every claim is an attempt, so that a task which kills its
-- nodes ends among the dead; so does what is no task.
-- KEYS  1: the queue, ids by the millisecond at which each is due  2: the dead, ids by when they died
--       3: what this node claimed last: its owner, then ids
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock  3: lease in ms
--       4: retention in ms  5: owner, the fencing token  6: how many at the most
-- Reply the claims, each {id, attempt, task, error and payload as add.lua writes them}; the ids of
--       those found dead. Asked again by the same owner, for whom a reply was lost: the same claims
-- Cost  one round trip, O(n log N) for n due tasks in a queue of N, whatever N waits
local time = redis.call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
local owner = ARGV[5]
local claims, dead = {}, {}

local function bury(id, key)
  redis.call('ZREM', KEYS[1], id)
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('(%.0f', now - ARGV[4]))
  redis.call('ZADD', KEYS[2], string.format('%.0f', now), id)
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
  redis.call('PEXPIRE', key, ARGV[4])
  dead[#dead + 1] = id
end

local last, again = redis.call('GET', KEYS[3]), {}
for id in string.gmatch(last or '', '%S+') do
  again[#again + 1] = id
end
if table.remove(again, 1) ~= owner then
  again = nil
end
local ids = again
  or redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[6])
local taken = owner
for _, id in ipairs(ids) do
  local key = ARGV[1] .. id
  local kept = redis.pcall('GET', key)
  local attempts, holder, task, most, rest, length, from = string.match(
    type(kept) == 'string' and kept or '', '^(%d+) (%S*)\n((%d+) (%d* %S+) (%d+)\n().*)$')
  if again then
    if holder == owner then
      redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[3]), id)
      claims[#claims + 1] = {id, tonumber(attempts), task}
    end
  elseif not attempts then
    bury(id, key)
  elseif tonumber(attempts) >= tonumber(most) then
    local failure = 'its node died in attempt ' .. attempts
    redis.call('SET', key, attempts .. '  dead\n' .. most .. ' ' .. rest .. ' ' .. #failure .. '\n'
      .. failure .. string.sub(kept, from + length))
    bury(id, key)
  else
    redis.call('SET', key, attempts + 1 .. ' ' .. owner .. '\n' .. task)
    redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[3]), id)
    claims[#claims + 1] = {id, attempts + 1, task}
    taken = taken .. ' ' .. id
  end
end
if taken ~= owner then
  redis.call('SET', KEYS[3], taken, 'PX', ARGV[3])
end
return {claims, dead}
