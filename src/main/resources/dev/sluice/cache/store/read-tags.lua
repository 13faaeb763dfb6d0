-- Reads the stamps of tags.
-- KEYS  the tags' stamps
-- Reply the stamps in the order of the keys, false where there is none. Cost: O(tags).
return redis.call('MGET', unpack(KEYS))
