-- Decides all limits of one client at once: either all are charged or none.
--
-- KEYS   one per limit, all different, all with the client's hash tag
-- ARGV   one per limit, packed: algorithm (s sliding window, f fixed window, t token bucket), enforced (0 or 1; 1 byte),
--        amount, period in microseconds, cost (doubles, big endian)
--        then 'c' to charge or 'p' to peek; then, in tests only, the time in microseconds
-- Reply  three integers per limit: what remains, microseconds until more remains (0: nothing is used), microseconds until
--        the cost fits (0: it does)
-- Cost   O(limits * log(min(amount, 1000))); a key lives as long as anything in it counts
--
-- A window here is a table: remaining, reset, retry, and commit(), which charges the cost. A clock that steps back by more
-- than PATIENCE empties a window; a value that cannot be read counts as empty.

local PATIENCE = 1000000

local now
if ARGV[#KEYS + 2] then
  now = tonumber(ARGV[#KEYS + 2])
else
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local function read(key, first, last)
  local reply = redis.pcall('GETRANGE', key, first, last)
  if type(reply) == 'table' then
    redis.call('DEL', key)
    return ''
  end
  return reply
end

-- For a key's life: one more than asked, since Redis counts it in whole milliseconds and from before TIME was asked.
local function milliseconds(micros)
  return string.format('%.0f', math.ceil(micros / 1000) + 1)
end

-- Sliding window: a ring of stamps, oldest first. The value is
--   place of the oldest, number of stamps (2 bytes each), then the slots.
-- Up to EXACT a slot is the time of one unit (8 bytes). Above, it is the end of a 1,000th of the period and the number of
-- units admitted up to then (16 bytes); the first slot is dead whatever its stamp says, and the difference is what is used.
-- Up to SMALL the value is read and written as a whole, the oldest at place 0.

local EXACT, SMALL, HEAD = 1000, 64, 4

local function slidingWindow(key, amount, period, cost)
  local exact, small = amount <= EXACT, amount <= SMALL
  local grain = exact and 0 or period / 1000
  local width = exact and 8 or 16
  local capacity = exact and amount or 1003
  local value = read(key, 0, small and -1 or HEAD - 1)
  local oldest, count = 0, 0
  if #value >= HEAD then
    oldest, count = struct.unpack('>I2I2', value)
    local length = small and #value or redis.call('STRLEN', key)
    if oldest >= capacity or count > capacity or length < HEAD + width * math.min(oldest + count, capacity) then
      oldest, count = 0, 0
    end
  end

  local function offset(place)
    return HEAD + (oldest + place) % capacity * width
  end
  local function number(from)
    return (struct.unpack('>d', small and string.sub(value, from + 1, from + 8) or read(key, from, from + 7)))
  end
  local function stamp(place)
    return number(offset(place))
  end
  local function total(place)
    return exact and place + 1 or number(offset(place) + 8)
  end
  local function first(holds, low, high) -- the first place in [low, high) where it holds; high if nowhere
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

  local newest = count > 0 and stamp(count - 1) or 0
  if newest + period <= now or newest - grain > now + PATIENCE then
    oldest, count, newest = 0, 0, 0
  end
  local live = first(function(place) return stamp(place) + period > now end, exact and 0 or math.min(1, count), count)
  local gone = live > 0 and total(live - 1) or 0
  local used = count > 0 and total(count - 1) - gone or 0

  local window = { remaining = amount - used, reset = 0, retry = 0 }
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

  local function charge()
    local at = math.max(exact and now or (math.floor(now / grain) + 1) * grain, newest)
    local alive = milliseconds(at + period - now)
    if small then
      redis.call('SET', key,
        struct.pack('>I2I2', 0, count - live + cost)
          .. string.sub(value, offset(live) + 1, offset(live) + (count - live) * width)
          .. string.rep(struct.pack('>d', at), cost),
        'PX', alive)
      return
    end
    if not exact and count == 0 then
      redis.call('SETRANGE', key, HEAD, struct.pack('>dd', 0, 0))
      count, live = 1, 1
    end
    local keep = exact and live or live - 1
    local sum = (count > 0 and total(count - 1) or 0) + cost
    local place, slots = count, exact and cost or 1
    if not exact and newest == at then
      place = count - 1
    end
    local from = (oldest + place) % capacity
    local slot = struct.pack('>d', at) .. (exact and '' or struct.pack('>d', sum))
    local before = math.min(slots, capacity - from) -- the rest goes to the ring's beginning
    redis.call('SETRANGE', key, 0, struct.pack('>I2I2', (oldest + keep) % capacity, place + slots - keep))
    redis.call('SETRANGE', key, HEAD + from * width, string.rep(slot, before))
    if slots > before then
      redis.call('SETRANGE', key, HEAD, string.rep(slot, slots - before))
    end
    redis.call('PEXPIRE', key, alive)
  end

  function window.commit()
    charge()
    window.remaining = window.remaining - cost
    if used == 0 then
      window.reset = math.max(exact and now or (math.floor(now / grain) + 1) * grain, newest) + period - now
    end
  end
  return window
end

-- Fixed window: its start and what is used (doubles).

local function fixedWindow(key, amount, period, cost)
  local value = read(key, 0, -1)
  local start, used = now, 0
  if #value == 16 then
    start, used = struct.unpack('>dd', value)
    if start + period <= now or start > now + PATIENCE then
      start, used = now, 0
    end
  end
  local rest = start + period - now
  local window = { remaining = amount - used, reset = used > 0 and rest or 0, retry = 0 }
  if used + cost > amount then
    window.retry = cost > amount and period or rest
  end
  function window.commit()
    redis.call('SET', key, struct.pack('>dd', start, used + cost), 'PX', milliseconds(rest))
    window.remaining = window.remaining - cost
    window.reset = rest
  end
  return window
end

-- Token bucket: a time and how many tokens were missing then (doubles).

local function tokenBucket(key, amount, period, cost)
  local value = read(key, 0, -1)
  local at, missing = now, 0
  if #value == 16 then
    at, missing = struct.unpack('>dd', value)
    if at > now + PATIENCE then
      at, missing = now, 0
    end
    missing = math.max(0, missing - math.max(0, now - at) * amount / period)
  end
  local function micros(tokens)
    return math.ceil(tokens * period / amount)
  end
  local window = { retry = 0 }
  local function show()
    window.remaining = math.floor(amount - missing)
    window.reset = missing == 0 and 0 or micros(missing - (amount - window.remaining - 1))
  end
  show()
  if missing + cost > amount then
    window.retry = cost > amount and period or math.max(1, micros(missing + cost - amount))
  end
  function window.commit()
    missing = missing + cost
    redis.call('SET', key, struct.pack('>dd', math.max(at, now), missing), 'PX', milliseconds(micros(missing)))
    show()
  end
  return window
end

local algorithms = { s = slidingWindow, f = fixedWindow, t = tokenBucket }
local windows, admitted = {}, true
for i, key in ipairs(KEYS) do
  local algorithm, enforced, amount, period, cost = struct.unpack('>c1Bddd', ARGV[i])
  windows[i] = algorithms[algorithm](key, amount, period, cost)
  if enforced == 1 and windows[i].retry > 0 then
    admitted = false
  end
end
local reply = {}
for i = 1, #KEYS do
  local window = windows[i]
  if admitted and ARGV[#KEYS + 1] == 'c' and window.retry == 0 then
    window.commit()
  end
  reply[#reply + 1] = window.remaining
  reply[#reply + 1] = window.reset
  reply[#reply + 1] = window.retry
end
return reply
