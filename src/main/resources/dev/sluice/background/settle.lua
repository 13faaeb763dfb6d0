-- Records how leases ended, each only if the caller still holds it. To say it twice is harmless.
-- KEYS  1: the queue, ids by the millisecond at which each is due  2: the dead, ids by when they died
--       3: handlers with parked tasks  4: held tasks that are to end, ids by the time of asking
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock
--       3: retention of done tasks in ms, 0 = none  4: of dead ones
--       then for each task: id, how its record starts if the caller holds it (see add.lua), what,
--       its record from now on, and an argument: the delay of 'due' (again, or not begun), the handler of
--       'park' (until a node has that handler); '' for 'done', 'cancelled', 'dead' and 'drop' (never happened,
--       unless a duplicate has confirmed it: then it is due)
-- Reply the positions, from 0, of those that the caller does not hold any more; for those that are not
--       there at all, -1 - position
-- Cost  one round trip, O(n log N) for n tasks in a queue of N
local keys, gone, deleted, reply, now = {}, {}, {}, {}
for i = 5, #ARGV, 5 do
  keys[#keys + 1] = ARGV[1] .. ARGV[i]
end
local records = redis.call('MGET', unpack(keys))
for n = 1, #keys do
  local i = 5 * n
  local id, mine, what, record, key = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], keys[n]
  local kept = records[n]
  local state = kept and string.sub(kept, 1, #mine) == mine and string.sub(kept, #mine + 1, #mine + 1)
  if not state then
    reply[#reply + 1] = (kept or redis.call('EXISTS', key) == 1) and n - 1 or -n
  elseif string.find(state, '[wcr]') then
    if what == 'done' or what == 'cancelled' then
      gone[#gone + 1] = id
      deleted[#deleted + 1] = key .. ':p'
      if ARGV[3] == '0' then
        deleted[#deleted + 1] = key
      else
        redis.call('SET', key, record, 'PX', ARGV[3])
      end
      if what == 'cancelled' then
        redis.call('ZREM', KEYS[4], id)
      end
    elseif what == 'drop' and state == 'w' then
      gone[#gone + 1] = id
      deleted[#deleted + 1] = key
      deleted[#deleted + 1] = key .. ':p'
    elseif what == 'drop' and record == '' then
      -- confirmed and delayed: it stays as it is
    elseif what == 'park' then
      gone[#gone + 1] = id
      redis.call('SET', key, record)
      redis.call('SADD', KEYS[3], ARGV[i + 4])
      redis.call('SADD', KEYS[3] .. ':' .. ARGV[i + 4], id)
    else
      if not now then
        local time = redis.call('TIME')
        now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
      end
      if what == 'dead' then
        gone[#gone + 1] = id
        if ARGV[4] == '0' then
          deleted[#deleted + 1] = key
          deleted[#deleted + 1] = key .. ':p'
        else
          redis.call('SET', key, record, 'PX', ARGV[4])
          redis.call('PEXPIRE', key .. ':p', ARGV[4])
          redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[4] - 1)
          redis.call('ZADD', KEYS[2], now, id)
          redis.call('PEXPIRE', KEYS[2], ARGV[4])
        end
      else -- due, or drop of a confirmed task
        redis.call('SET', key, record)
        redis.call('ZADD', KEYS[1], now + (tonumber(ARGV[i + 4]) or 0), id)
      end
    end
  end
end
if #gone > 0 then
  redis.call('ZREM', KEYS[1], unpack(gone))
end
if #deleted > 0 then
  redis.call('DEL', unpack(deleted))
end
return reply
