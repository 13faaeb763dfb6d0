-- Takes what is due, longest due first. A claim is an attempt, but takes over that of an owner who has
-- died before it began; the caller ends a task that has had too many. What is no task goes to the dead.
-- KEYS  1: the queue, ids by the millisecond at which each is due  2: the dead, ids by when they died
--       3: what this node claimed last: its owner, then ids
-- ARGV  1: prefix of the tasks' own keys  2: now in ms, '' = Redis's clock  3: lease in ms
--       4: retention of the dead in ms  5: owner, the fencing token  6: how many at the most
-- Reply ids and records as add.lua writes them, one after the other; the record of what is no task is ''.
--       Asked again by the same owner, for whom a reply was lost: the same claims
-- Cost  one round trip, O(n log N) for n due tasks in a queue of N, whatever N waits
local time = redis.call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
local owner, last, again, ids = ARGV[5], redis.call('GET', KEYS[3]) or '', false
if string.sub(last, 1, #owner + 1) == owner .. ' ' then
  again, ids = true, {}
  for id in string.gmatch(string.sub(last, #owner + 2), '%S+') do
    ids[#ids + 1] = id
  end
end
ids = ids or redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[6])
if #ids == 0 then
  return {}
end
local keys = {}
for i = 1, #ids do
  keys[i] = ARGV[1] .. ids[i]
end
local records = redis.call('MGET', unpack(keys))
local mine = '1 ' .. owner .. ' '
local claims, written, due, taken = {}, {}, {}, {owner}
for i = 1, #ids do
  local id, record = ids[i], records[i] or ''
  if again then
    if string.sub(record, 1, #mine) == mine and string.find(record, '^%d+ [wcr] ', #mine + 1) then
      due[#due + 1] = now + ARGV[3]
      due[#due + 1] = id
      claims[#claims + 1] = id
      claims[#claims + 1] = record
    end
  else
    local holder, attempts, state, rest = string.match(
      record, '^1 (%S+) (%d+) ([wcr])( %d+ %S+ %d+ %d+ %S.*)$')
    if attempts then
      if holder == '-' or state == 'r' or attempts == '0' then
        attempts = attempts + 1
      end
      record = mine .. attempts .. ' w' .. rest
      written[#written + 1] = keys[i]
      written[#written + 1] = record
      due[#due + 1] = now + ARGV[3]
      due[#due + 1] = id
      taken[#taken + 1] = id
      claims[#claims + 1] = id
      claims[#claims + 1] = record
    elseif string.find(record, '^[2-9] ') then -- of a later format: left to nodes that read it
      due[#due + 1] = now + 60000
      due[#due + 1] = id
    else
      redis.call('ZREM', KEYS[1], id)
      redis.call('ZADD', KEYS[2], now, id)
      redis.call('PEXPIRE', KEYS[2], ARGV[4])
      redis.call('PEXPIRE', keys[i], ARGV[4])
      claims[#claims + 1] = id
      claims[#claims + 1] = ''
    end
  end
end
if #due > 0 then
  redis.call('ZADD', KEYS[1], unpack(due))
end
if #written > 0 then
  redis.call('MSET', unpack(written))
  redis.call('SET', KEYS[3], table.concat(taken, ' '), 'PX', ARGV[3])
elseif again then
  redis.call('PEXPIRE', KEYS[3], ARGV[3])
end
return claims
