return redis.call('GET')
