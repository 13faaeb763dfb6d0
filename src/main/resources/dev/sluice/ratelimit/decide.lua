-- Decides all limits of one client in one step: either all are charged or none.
--
-- KEYS   one per limit, all different, all with the client's hash tag
-- ARGV   one per limit, packed: algorithm (s sliding window, f fixed window, t token bucket, c concurrency, b block),
--        enforced (0 or 1; 1 byte), amount, period in microseconds, cost (doubles, big endian); a block follows the limits
--        whose refusals it counts, its cost is its duration, and their number is one more byte
--        then the mode: c charge if it fits, p peek, f charge whether it fits or not, or r and the time of the charge to
--        refund; after it, where there is a concurrency limit, a space and the id of the request;
--        then, in tests only, the time in microseconds
-- Reply  three integers per limit: what remains, microseconds until more remains (0: nothing is used), microseconds until
--        the cost fits (0: it does); then the time of the decision, which a refund names
-- Cost   O(limits * log(min(amount, 1000))), a refund O(limits * min(amount, 1000)); a key lives as long as anything in it
--        counts
--
-- A window here is a table: remaining, reset, retry, and the functions charge() and refund(at). Charging a block counts a
-- refusal. A clock that steps back by
-- more than PATIENCE empties a window; a value that cannot be read counts as empty. The amount of a limit may change from
-- call to call; its count stays.

local PATIENCE = 1000000

-- Milliseconds that a key outlives its window where a test sets the time: Redis expires keys by its own.
local GRACE = 60000

-- The common case, written out: one sliding window of at most 128 units, to be charged. It does what smallWindow does below,
-- without a function, since making the functions costs more than all they do. A value that is not as smallWindow writes it is
-- left to the code below.
if not KEYS[2] and ARGV[2] == 'c' then
  local call, unpack, key = redis.call, struct.unpack, KEYS[1]
  local algorithm, _, amount, period, cost = unpack('>c1Bddd', ARGV[1])
  local value = algorithm == 's' and amount <= 128 and (redis.pcall('GET', key) or '')
  if type(value) == 'string' then
    local count, capacity, newest = 0, amount, 0
    local now = ARGV[3]
    if now then
      now = tonumber(now)
    else
      now = call('TIME')
      now = now[1] * 1000000 + now[2]
    end
    local readable = value == ''
    if #value % 8 == 6 then
      local oldest
      oldest, count, capacity = unpack('>I2I2I2', value)
      readable = oldest == 0 and capacity <= 128 and count <= capacity and #value == count * 8 + 6
    end
    if readable then
      if capacity < amount then
        capacity = amount
      end
      local live, used, reset = 0, count, 0
      if count > 0 then
        newest = unpack('>d', value, count * 8 - 1)
        if newest > now + PATIENCE then
          live, newest = count, 0
        end
        while live < count do
          reset = unpack('>d', value, live * 8 + 7) + period - now
          if reset > 0 then
            break
          end
          live, reset = live + 1, 0
        end
        used = count - live
      end
      if used + cost <= amount then
        local at = newest > now and newest or now
        local slot = struct.pack('>d', at)
        call('SET', key,
          struct.pack('>I2I2I2', 0, used + cost, capacity) .. string.sub(value, live * 8 + 7)
            .. (cost == 1 and slot or string.rep(slot, cost)),
          'PX', math.ceil((at + period - now) / 1000) + (ARGV[3] and GRACE or 1))
        return { amount - used - cost, used > 0 and reset or at + period - now, 0, now }
      end
      local retry = period
      if cost <= amount then
        retry = unpack('>d', value, (count + cost - amount) * 8 - 1) + period - now
      end
      return { used < amount and amount - used or 0, reset, retry, now }
    end
  end
end

local now
if ARGV[#KEYS + 2] then
  now = tonumber(ARGV[#KEYS + 2])
else
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

-- A key's life: one more than asked, since Redis counts it in whole milliseconds and from before TIME was asked.
local function milliseconds(micros)
  return math.ceil(micros / 1000) + (ARGV[#KEYS + 2] and GRACE or 1)
end

-- Returns the first place in [low, high) where holds(place), high if there is none. It searches in growing steps from low,
-- where the place is most often.
local function first(holds, low, high)
  local probe, step = low, 1
  while probe < high and not holds(probe) do
    low, probe, step = probe + 1, probe + step, step * 2
  end
  high = math.min(probe, high)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if holds(middle) then
      high = middle
    else
      low = middle + 1
    end
  end
  return low
end

-- Sliding window: a ring of stamps, oldest first. The value is
--   place of the oldest, number of stamps, capacity (2 bytes each), then the slots.
-- Up to a capacity of EXACT a slot is the time of one unit (8 bytes). A capacity of GRAINS means: a slot is the end of a
-- 1,000th of the period and the number of units admitted up to then (16 bytes); the first slot is dead whatever its stamp
-- says, and the difference is what is used. The capacity grows with the amount and shrinks only when the window is empty, so
-- that no unit is forgotten.

local EXACT, GRAINS, SMALL, HEAD = 1000, 1003, 128, 6

-- Up to a capacity of SMALL the value is read and written as a whole, the oldest at place 0. This is the common case, and
-- does without the functions of the larger rings, whose making costs as much as all the rest.
local function smallWindow(key, value, count, capacity, amount, period, cost)
  local live, newest = 0, 0
  if count > 0 then
    newest = struct.unpack('>d', value, count * 8 - 1)
    if newest + period <= now or newest > now + PATIENCE then
      count, newest = 0, 0
    end
    while live < count and struct.unpack('>d', value, live * 8 + 7) + period <= now do
      live = live + 1
    end
  end
  local used = count - live
  local window = { remaining = math.max(0, amount - used), reset = 0, retry = 0 }
  if used > 0 then
    window.reset = struct.unpack('>d', value, live * 8 + 7) + period - now
  end
  if cost > amount then
    window.retry = period
  elseif used + cost > amount then
    window.retry = struct.unpack('>d', value, (count + cost - amount) * 8 - 1) + period - now
  end

  function window.charge()
    local at, units = math.max(now, newest), math.min(cost, amount)
    local from = math.max(live, count + units - capacity) -- of what does not fit the newest units decide
    redis.call('SET', key,
      struct.pack('>I2I2I2', 0, count - from + units, capacity) .. string.sub(value, from * 8 + 7, count * 8 + 6)
        .. string.rep(struct.pack('>d', at), units),
      'PX', milliseconds(at + period - now))
    window.remaining = math.max(0, window.remaining - units)
    if used == 0 then
      window.reset = at + period - now
    end
  end

  function window.refund(charged)
    local after = count
    while after > live and struct.unpack('>d', value, after * 8 - 1) > charged do
      after = after - 1
    end
    if after > live then
      local from = math.max(live, after - cost)
      redis.call('SET', key,
        struct.pack('>I2I2I2', 0, count - live - after + from, capacity) .. string.sub(value, live * 8 + 7, from * 8 + 6)
          .. string.sub(value, after * 8 + 7, count * 8 + 6),
        'KEEPTTL')
    end
  end
  return window
end

local function slidingWindow(key, amount, period, cost)
  local wanted = amount <= EXACT and amount or GRAINS
  local value = redis.call('GETRANGE', key, 0, wanted <= SMALL and -1 or HEAD - 1)
  local oldest, count, capacity = 0, 0, wanted
  if #value > 0 then
    oldest, count, capacity = struct.unpack('>I2I2I2', value)
    if oldest >= capacity or count > capacity or capacity > EXACT and capacity ~= GRAINS
        or capacity <= SMALL and oldest > 0 then
      error('corrupt')
    end
  end
  if capacity <= SMALL and wanted <= SMALL then
    return smallWindow(key, value, count, math.max(capacity, wanted), amount, period, cost)
  end
  local exact, grain, width = capacity <= EXACT, period / 1000, capacity <= EXACT and 8 or 16

  local function offset(place)
    return HEAD + (oldest + place) % capacity * width
  end
  local function number(from)
    return (struct.unpack('>d', redis.call('GETRANGE', key, from, from + 7)))
  end
  local function stamp(place)
    return number(offset(place))
  end
  local function total(place)
    return exact and place + 1 or number(offset(place) + 8)
  end
  local function slots(from, to) -- the slots [from, to) as one string
    if from >= to then
      return ''
    end
    local all = redis.call('GETRANGE', key, 0, -1)
    local begin, finish = offset(from), offset(to - 1) + width
    if begin < finish then
      return string.sub(all, begin + 1, finish)
    end
    return string.sub(all, begin + 1, HEAD + capacity * width) .. string.sub(all, HEAD + 1, finish)
  end

  local newest = count > 0 and stamp(count - 1) or 0
  if newest + period <= now or newest - (exact and 0 or grain) > now + PATIENCE then
    if wanted <= SMALL then
      return smallWindow(key, '', 0, wanted, amount, period, cost)
    end
    oldest, count, newest, capacity = 0, 0, 0, wanted
    exact, width = capacity <= EXACT, capacity <= EXACT and 8 or 16
  end
  local live = first(function(place) return stamp(place) + period > now end, exact and 0 or math.min(1, count), count)
  local gone = live > 0 and total(live - 1) or 0
  local used = count > 0 and total(count - 1) - gone or 0

  if capacity < wanted and count > 0 then -- lay the ring out for the larger amount
    local kept, places = slots(live, count), count - live
    if wanted == GRAINS then
      local sums, at = { struct.pack('>dd', 0, 0) }, 0
      for unit = 1, places do
        local ends = (math.floor(struct.unpack('>d', kept, unit * 8 - 7) / grain) + 1) * grain
        sums[ends == at and #sums or #sums + 1] = struct.pack('>dd', ends, unit)
        at = ends
      end
      kept, places = table.concat(sums), #sums
    end
    redis.call('SET', key, struct.pack('>I2I2I2', 0, places, wanted) .. kept, 'KEEPTTL')
    return slidingWindow(key, amount, period, cost)
  end

  local window = { remaining = math.max(0, amount - used), reset = 0, retry = 0 }
  if used > 0 then
    window.reset = stamp(live) + period - now
  end
  local excess = used + cost - amount
  if cost > amount then
    window.retry = period
  elseif excess > 0 then
    local enough = exact and live + excess - 1
      or first(function(place) return total(place) - gone >= excess end, live, count - 1)
    window.retry = stamp(enough) + period - now
  end

  function window.charge()
    local units = math.min(cost, amount)
    local at = math.max(exact and now or (math.floor(now / grain) + 1) * grain, newest)
    window.remaining = math.max(0, window.remaining - units)
    if used == 0 then
      window.reset = at + period - now
    end
    if not exact and count == 0 then
      redis.call('SETRANGE', key, HEAD, struct.pack('>dd', 0, 0))
      count, live = 1, 1
    end
    if exact then
      live = math.max(live, count + units - capacity) -- of what does not fit the newest units decide
    end
    local keep, place, added = exact and live or live - 1, count, exact and units or 1
    local slot = struct.pack('>d', at)
    if not exact then
      slot = slot .. struct.pack('>d', (newest > 0 and total(count - 1) or 0) + units)
      if newest == at then
        place = count - 1
      end
    end
    local from = (oldest + place) % capacity
    local before = math.min(added, capacity - from) -- the rest goes to the ring's beginning
    redis.call('SETRANGE', key, 0, struct.pack('>I2I2I2', (oldest + keep) % capacity, place + added - keep, capacity))
    redis.call('SETRANGE', key, HEAD + from * width, string.rep(slot, before))
    if added > before then
      redis.call('SETRANGE', key, HEAD, string.rep(slot, added - before))
    end
    redis.call('PEXPIRE', key, milliseconds(at + period - now))
  end

  function window.refund(charged)
    local due = exact and charged or (math.floor(charged / grain) + 1) * grain
    local after = first(function(place) return stamp(place) > due end, live, count)
    if after == live then
      return
    elseif exact then
      local kept = slots(live, math.max(live, after - cost)) .. slots(after, count)
      redis.call('SET', key, struct.pack('>I2I2I2', 0, #kept / 8, capacity) .. kept, 'KEEPTTL')
    else
      local units = math.min(cost, total(after - 1) - (after > 1 and total(after - 2) or 0))
      for place = after - 1, count - 1 do
        redis.call('SETRANGE', key, offset(place) + 8, struct.pack('>d', total(place) - units))
      end
    end
  end
  return window
end

-- Fixed window: its start and what is used (doubles).

local function fixedWindow(key, amount, period, cost)
  local value = redis.call('GETRANGE', key, 0, -1)
  local start, used = now, 0
  if #value > 0 then
    start, used = struct.unpack('>dd', value)
    if used == 0 or start + period <= now or start > now + PATIENCE then
      start, used = now, 0
    end
  end
  local rest = start + period - now
  local window = { remaining = math.max(0, amount - used), reset = used > 0 and rest or 0, retry = 0 }
  if used + cost > amount then
    window.retry = cost > amount and period or rest
  end
  function window.charge()
    redis.call('SET', key, struct.pack('>dd', start, used + cost), 'PX', milliseconds(rest))
    window.remaining = math.max(0, window.remaining - cost)
    window.reset = rest
  end
  function window.refund(at)
    if used > 0 and start <= at then
      redis.call('SET', key, struct.pack('>dd', start, math.max(0, used - cost)), 'KEEPTTL')
    end
  end
  return window
end

-- Token bucket: a time and how many tokens were missing then (doubles).

local function tokenBucket(key, amount, period, cost)
  local value = redis.call('GETRANGE', key, 0, -1)
  local at, missing = now, 0
  if #value > 0 then
    at, missing = struct.unpack('>dd', value)
    if at > now + PATIENCE then
      at, missing = now, 0
    end
    missing = math.min(amount, math.max(0, missing - math.max(0, now - at) * amount / period))
  end
  local function micros(tokens)
    return math.ceil(tokens * period / amount)
  end
  local window = { retry = 0 }
  local function show()
    window.remaining = math.floor(amount - missing)
    window.reset = missing == 0 and 0 or micros(missing - (amount - window.remaining - 1))
  end
  local function write()
    redis.call('SET', key, struct.pack('>dd', math.max(at, now), missing), 'PX', milliseconds(micros(missing)))
    show()
  end
  show()
  if missing + cost > amount then
    window.retry = cost > amount and period or math.max(1, micros(missing + cost - amount))
  end
  function window.charge()
    missing = math.min(amount, missing + cost)
    write()
  end
  function window.refund(charged) -- without the tokens of this charge that have come back since
    missing = math.max(0, missing - math.max(0, cost - math.max(0, now - charged) * amount / period))
    write()
  end
  return window
end

-- Concurrency: a sorted set of the ids of requests that run, by the time at which they count as ended unless renewed.

local function concurrency(key, amount, lease)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  redis.call('ZREMRANGEBYSCORE', key, now + lease + PATIENCE, '+inf')
  local running = redis.call('ZCARD', key)
  local id = string.match(ARGV[#KEYS + 1], ' (.+)$')
  local window = { remaining = math.max(0, amount - running), reset = 0, retry = running < amount and 0 or 1000000 }
  function window.charge()
    if id then
      redis.call('ZADD', key, now + lease, id)
      redis.call('PEXPIRE', key, milliseconds(lease))
      window.remaining = math.max(0, window.remaining - 1)
    end
  end
  function window.refund()
    redis.call('ZREM', key, id)
  end
  return window
end

-- Block: the time of the first refusal and the number of refusals since (doubles); or the end of the block and 0.

local function block(key, most, period, duration)
  local value = redis.call('GETRANGE', key, 0, -1)
  local time, refusals = now, 0
  local window = { remaining = 0, reset = 0, retry = 0, isBlock = true }
  if #value > 0 then
    time, refusals = struct.unpack('>dd', value)
    if refusals == 0 and time > now and time <= now + duration + PATIENCE then
      window.reset, window.retry = time - now, time - now
    elseif refusals == 0 or time + period <= now or time > now + PATIENCE then
      time, refusals = now, 0
    end
  end
  function window.charge()
    if refusals + 1 >= most then
      redis.call('SET', key, struct.pack('>dd', now + duration, 0), 'PX', milliseconds(duration))
      window.reset, window.retry = duration, duration
    else
      redis.call('SET', key, struct.pack('>dd', time, refusals + 1), 'PX', milliseconds(time + period - now))
    end
  end
  function window.refund()
  end
  return window
end

local algorithms = { s = slidingWindow, f = fixedWindow, t = tokenBucket, c = concurrency, b = block }
local mode = string.sub(ARGV[#KEYS + 1], 1, 1)
local windows, fits = {}, true

-- Whether one of the limits refuses that the block at place i follows.
local function isRefused(i)
  for limit = i - string.byte(ARGV[i], 27), i - 1 do
    if windows[limit].retry > 0 then
      return true
    end
  end
  return false
end

for i, key in ipairs(KEYS) do
  local algorithm, enforced, amount, period, cost = struct.unpack('>c1Bddd', ARGV[i])
  local readable, window = pcall(algorithms[algorithm], key, amount, period, cost)
  if not readable then
    redis.call('DEL', key)
    window = algorithms[algorithm](key, amount, period, cost)
  end
  windows[i] = window
  if enforced == 1 and window.retry > 0 then
    fits = false
  end
end
local reply = {}
for i = 1, #KEYS do
  local window = windows[i]
  if window.isBlock then
    if mode == 'c' and window.retry == 0 and isRefused(i) then
      window.charge()
    end
  elseif mode == 'f' or mode == 'c' and fits and window.retry == 0 then
    window.charge()
  elseif mode == 'r' then
    window.refund(tonumber(string.match(ARGV[#KEYS + 1], '%d+')))
  end
  reply[#reply + 1] = window.remaining
  reply[#reply + 1] = window.reset
  reply[#reply + 1] = window.retry
end
reply[#reply + 1] = now
return reply
