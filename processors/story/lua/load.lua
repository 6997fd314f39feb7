-- A step of the rebuild, done only by the process that holds its lock.
local rebuilding_key = prefix .. 'rebuilding'
if redis.call('GET', rebuilding_key) ~= request.token then return 'lost' end
redis.call('PEXPIRE', rebuilding_key, request.lock_ms)

local seq = tonumber(redis.call('GET', prefix .. 'seq') or '0')
for _, story in ipairs(request.stories) do
  if story.blob then
    seq = seq + 1
    redis.call('SET', story_key(story.id), story.blob, 'PX', request.story_ttl_ms)
    redis.call('ZADD', changes_key, seq, story.id)
    redis.call('ZADD', keep_key, seq + story.bonus, story.id)
  else
    redis.call('DEL', story_key(story.id))
    redis.call('ZREM', changes_key, story.id)
    redis.call('ZREM', keep_key, story.id)
  end
end
for _, article in ipairs(request.articles) do
  if article.value then
    redis.call('SET', article_key(article.id), article.value, 'PX', request.article_ttl_ms)
  else
    redis.call('DEL', article_key(article.id))
  end
end
for from, into in pairs(request.merges) do redis.call('HSET', prefix .. 'merges', from, into) end
local over = redis.call('ZCARD', keep_key) - request.max_stories
if over > 0 then
  for _, id in ipairs(redis.call('ZRANGE', keep_key, 0, over - 1)) do
    redis.call('DEL', story_key(id))
    redis.call('ZREM', changes_key, id)
    redis.call('ZREM', keep_key, id)
  end
end
redis.call('SET', prefix .. 'seq', string.format('%.0f', seq))
if request.newest then redis.call('SET', prefix .. 'newest', request.newest) end
if request.done then
  redis.call('SET', ready_key, request.token)
  redis.call('DEL', rebuilding_key)
end
return 'loaded'
