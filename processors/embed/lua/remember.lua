-- A process that was paused may tell of an earlier record when another has told of a later one.
local key, partition, offset, rest, seconds = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local held = redis.call('GET', key)
if held then
  local held_partition, held_offset = string.match(held, '^(%d+):(%d+):')
  if held_partition == partition and tonumber(held_offset) > tonumber(offset) then return 0 end
end
redis.call('SET', key, partition .. ':' .. offset .. ':' .. rest, 'EX', seconds)
return 1
