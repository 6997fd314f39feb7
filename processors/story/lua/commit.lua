-- Writes what was decided under the lock, and gives it back.
if redis.call('GET', lock_key) ~= request.token or redis.call('GET', ready_key) ~= request.epoch then return { 'lost' } end

local seq = tonumber(redis.call('GET', prefix .. 'seq') or '0')
local now = now_ms()
local function tell_gone(ids)
  for _, id in ipairs(ids) do redis.call('ZADD', gone_key, seq, id) end
end
for _, story in ipairs(request.stories) do
  seq = seq + 1
  if story.blob then
    put_story(seq, story)
  else
    tell_gone(remove_story(story.id))
  end
  redis.call('ZADD', unwritten_key, now, story.id)
  redis.call('HSET', pending_key, story.id, story.blob and story.version or 'gone')
end
put_articles(request.articles)
local removed = make_room()
tell_gone(removed)
redis.call('ZREMRANGEBYSCORE', gone_key, '-inf', seq - request.gone_kept)
put_merges(request.merges)
redis.call('SET', prefix .. 'seq', string.format('%.0f', seq))
redis.call('SET', prefix .. 'newest', request.newest)
redis.call('DEL', lock_key)
return { 'committed', seq, removed }
