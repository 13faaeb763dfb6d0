-- Gives a lease and looks the entry up again; where asked, also the leadership of the entry's computation.
-- KEYS  1 the base key's entries   2 the cache's stamp   3 the base key's leases
-- ARGV  1 the variant   2 the fencing token, and the stamp where there is none   3 the lease's duration, ms
--       4 the leadership's duration, ms; 0 to compute beside a leader
-- Reply the cache's stamp, the entry's bytes or false; false alone while another caller leads. Cost: O(1).
-- A leader is a field of the leases: the variant after '!', with the leader's token and the end, ms since the epoch.
-- The variant after '?' says that the leader is awaited. A token of 16 '-' says that nothing would be shared: nobody leads, and all compute.
if ARGV[4] ~= '0' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local leader = redis.call('HGET', KEYS[3], '!' .. ARGV[1])
  if not leader or tonumber(string.sub(leader, 17)) <= now then
    redis.call('HSET', KEYS[3], '!' .. ARGV[1], ARGV[2] .. string.format('%.0f', now + ARGV[4]))
  elseif string.sub(leader, 1, 1) ~= '-' then
    redis.call('HSET', KEYS[3], '?' .. ARGV[1], '')
    return {false}
  end
end
local stamp = redis.call('GET', KEYS[2])
if not stamp then
  stamp = ARGV[2]
  redis.call('SET', KEYS[2], stamp)
end
redis.call('HSET', KEYS[3], ARGV[2], '')
redis.call('PEXPIRE', KEYS[3], ARGV[3])
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if stored and string.sub(stored, 1, 16) == stamp then
  return {stamp, string.sub(stored, 17)}
end
return {stamp, false}
