-- A step of the rebuild, done only by the process that holds its lock.
local rebuilding_key = prefix .. 'rebuilding'
if redis.call('GET', rebuilding_key) ~= request.token then return 'lost' end
redis.call('PEXPIRE', rebuilding_key, request.lock_ms)

local seq = tonumber(redis.call('GET', prefix .. 'seq') or '0')
for _, story in ipairs(request.stories) do
  if story.blob then
    seq = seq + 1
    put_story(seq, story)
  else
    remove_story(story.id)
  end
end
put_articles(request.articles)
put_merges(request.merges)
make_room()
redis.call('SET', prefix .. 'seq', string.format('%.0f', seq))
if request.newest then redis.call('SET', prefix .. 'newest', request.newest) end
if request.done then
  redis.call('SET', ready_key, request.token)
  redis.call('DEL', rebuilding_key)
end
return 'loaded'
