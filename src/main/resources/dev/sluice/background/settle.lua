-- Records how claims ended, each only if the caller is still the owner. To say it twice is harmless.
-- KEYS  1: the queue, ids by the millisecond at which each is due  2: the dead, ids by when they died
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock  3: retention in ms
--       then for each task: id, its claim as add.lua writes it, the owner being the fencing token,
--       what, delay in ms, error; where what is done, retry (after the delay), dead, back (not
--       begun: no attempt) or drop (never happened)
-- Reply the positions, from 0, of those that were not the owner's to end
-- Cost  one round trip, O(n log N) for n tasks in a queue of N
local time = redis.call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)

local function task(key)
  return string.match(redis.call('GET', key), '\n(.*)$')
end

local function failed(key, failure)
  local kept = task(key)
  local rest, length, from = string.match(kept, '^(%d+ %d* %S+) (%d+)\n()')
  return rest .. ' ' .. #failure .. '\n' .. failure .. string.sub(kept, from + length)
end

-- An ended task keeps its owner, so that the owner may say so again.
local outcome = {
  done = function(id, key, claim)
    redis.call('ZREM', KEYS[1], id)
    redis.call('SET', key, claim .. ' done\n', 'PX', ARGV[3])
  end,
  dead = function(id, key, claim, _, failure)
    redis.call('ZREM', KEYS[1], id)
    redis.call('SET', key, claim .. ' dead\n' .. failed(key, failure), 'PX', ARGV[3])
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('(%.0f', now - ARGV[3]))
    redis.call('ZADD', KEYS[2], string.format('%.0f', now), id)
    redis.call('PEXPIRE', KEYS[2], ARGV[3])
  end,
  retry = function(id, key, claim, delay, failure)
    redis.call('SET', key, string.match(claim, '^%d+') .. ' \n' .. failed(key, failure))
    redis.call('ZADD', KEYS[1], string.format('%.0f', now + delay), id)
  end,
  back = function(id, key, claim, delay)
    redis.call('SET', key, string.match(claim, '^%d+') - 1 .. ' \n' .. task(key))
    redis.call('ZADD', KEYS[1], string.format('%.0f', now + delay), id)
  end,
  drop = function(id, key)
    redis.call('ZREM', KEYS[1], id)
    redis.call('DEL', key)
  end
}

local refused = {}
for i = 4, #ARGV, 5 do
  local id, claim = ARGV[i], ARGV[i + 1]
  local key = ARGV[1] .. id
  local kept = redis.pcall('GETRANGE', key, 0, #claim)
  if kept == claim .. '\n' then
    outcome[ARGV[i + 2]](id, key, claim, ARGV[i + 3], ARGV[i + 4])
  elseif kept ~= claim .. ' ' then
    refused[#refused + 1] = (i - 4) / 5
  end
end
return refused
