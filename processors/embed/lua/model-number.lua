-- The number of a model: greater than that of any model used before it.
local key, model, least = KEYS[1], ARGV[1], tonumber(ARGV[2])
local held = redis.call('HMGET', key, 'model', 'number')
if held[1] == model then return tonumber(held[2]) end
local number = math.max(least, (tonumber(held[2]) or 0) + 1)
redis.call('HSET', key, 'model', model, 'number', number)
return number
