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

-- An ended task keeps its owner, so that the owner may say so again.
local function finish(id, key, state)
  redis.call('ZREM', KEYS[1], id)
  redis.call('HSET', key, 's', state)
  redis.call('PEXPIRE', key, ARGV[3])
end

local outcome = {
  done = function(id, key)
    finish(id, key, 'done')
    redis.call('HDEL', key, 't', 'e')
  end,
  dead = function(id, key, _, failure)
    finish(id, key, 'dead')
    redis.call('HSET', key, 'e', failure)
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('(%.0f', now - ARGV[3]))
    redis.call('ZADD', KEYS[2], string.format('%.0f', now), id)
  end,
  retry = function(id, key, delay, failure, attempts)
    redis.call('HSET', key, 'c', attempts .. ' ', 'e', failure)
    redis.call('ZADD', KEYS[1], string.format('%.0f', now + delay), id)
  end,
  back = function(id, key, delay, _, attempts)
    if attempts == '1' then
      redis.call('HDEL', key, 'c')
    else
      redis.call('HSET', key, 'c', attempts - 1 .. ' ')
    end
    redis.call('ZADD', KEYS[1], string.format('%.0f', now + delay), id)
  end,
  drop = function(id, key)
    redis.call('ZREM', KEYS[1], id)
    redis.call('DEL', key)
  end
}

local refused = {}
for i = 4, #ARGV, 5 do
  local id = ARGV[i]
  local key = ARGV[1] .. id
  local held = redis.pcall('HMGET', key, 'c', 's')
  if held[1] ~= ARGV[i + 1] then
    refused[#refused + 1] = (i - 4) / 5
  elseif not held[2] then
    outcome[ARGV[i + 2]](id, key, ARGV[i + 3], ARGV[i + 4], string.match(held[1], '^%d+'))
  end
end
return refused
