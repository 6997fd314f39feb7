-- Writes what was decided under the lock, and gives it back.
if redis.call('GET', lock_key) ~= request.token or redis.call('GET', ready_key) ~= request.epoch then return { 'lost' } end

local seq = tonumber(redis.call('GET', prefix .. 'seq') or '0')
local now = now_ms()
local function forget(id)
  redis.call('DEL', story_key(id))
  redis.call('ZREM', changes_key, id)
  redis.call('ZREM', keep_key, id)
  redis.call('ZADD', gone_key, seq, id)
end
for _, story in ipairs(request.stories) do
  seq = seq + 1
  if story.blob then
    redis.call('SET', story_key(story.id), story.blob, 'PX', request.story_ttl_ms)
    redis.call('ZADD', changes_key, seq, story.id)
    redis.call('ZADD', keep_key, seq + story.bonus, story.id)
  else
    forget(story.id)
  end
  redis.call('ZADD', unwritten_key, now, story.id)
  redis.call('HSET', pending_key, story.id, story.blob and story.version or 'gone')
end
for _, article in ipairs(request.articles) do
  if article.value then
    redis.call('SET', article_key(article.id), article.value, 'PX', request.article_ttl_ms)
  else
    redis.call('DEL', article_key(article.id))
  end
end
local over = redis.call('ZCARD', keep_key) - request.max_stories
local least = over > 0 and redis.call('ZRANGE', keep_key, 0, over - 1) or {}
for _, id in ipairs(least) do forget(id) end
redis.call('ZREMRANGEBYSCORE', gone_key, '-inf', seq - request.gone_kept)
for from, into in pairs(request.merges) do redis.call('HSET', prefix .. 'merges', from, into) end
redis.call('SET', prefix .. 'seq', string.format('%.0f', seq))
redis.call('SET', prefix .. 'newest', request.newest)
redis.call('DEL', lock_key)
return { 'committed', seq, least }
