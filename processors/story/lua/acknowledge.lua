-- These versions of stories are on the broker.
for _, story in ipairs(request.stories) do
  local id, version = story.id, tonumber(story.version)
  local written = tonumber(redis.call('GET', written_key(id)) or '0')
  local pending = redis.call('HGET', pending_key, id)
  if written > version then
    -- Another process decided later and wrote earlier: the last record of the topic must be the latest.
    redis.call('ZADD', unwritten_key, 0, id)
    redis.call('HSETNX', pending_key, id, string.format('%.0f', written))
  else
    redis.call('SET', written_key(id), string.format('%.0f', version), 'PX', 3600000)
    if pending and (pending == 'gone' and story.gone or pending ~= 'gone' and tonumber(pending) <= version) then
      redis.call('ZREM', unwritten_key, id)
      redis.call('HDEL', pending_key, id)
    end
  end
end
return 'acknowledged'
