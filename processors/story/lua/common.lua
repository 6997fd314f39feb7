-- Keys are made from ids found on the way, so the scripts need one Redis and no cluster.
local request = cjson.decode(ARGV[1])
local prefix = request.prefix
local ready_key = prefix .. 'ready'
local lock_key = prefix .. 'lock'
-- Live stories by the number of their last change, and by how long they are to be kept.
local changes_key = prefix .. 'changes'
local keep_key = prefix .. 'keep'
-- Stories that are no longer kept, by the number of that change: other processes have to forget them too.
local gone_key = prefix .. 'gone'
-- Stories whose latest version may not be on the broker: when it was decided, and which it is.
local unwritten_key = prefix .. 'unwritten'
local pending_key = prefix .. 'pending'
local function story_key(id) return prefix .. 'story:' .. id end
local function article_key(id) return prefix .. 'article:' .. id end
local function written_key(id) return prefix .. 'written:' .. id end

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function put_story(seq, story)
  redis.call('SET', story_key(story.id), story.blob, 'PX', request.story_ttl_ms)
  redis.call('ZADD', changes_key, seq, story.id)
  redis.call('ZADD', keep_key, seq + story.bonus, story.id)
end

local function remove_story(id)
  redis.call('DEL', story_key(id))
  redis.call('ZREM', changes_key, id)
  redis.call('ZREM', keep_key, id)
end

local function put_articles(articles)
  for _, article in ipairs(articles) do
    if article.value then
      redis.call('SET', article_key(article.id), article.value, 'PX', request.article_ttl_ms)
    else
      redis.call('DEL', article_key(article.id))
    end
  end
end

local function put_merges(merges)
  for from, into in pairs(merges) do redis.call('HSET', prefix .. 'merges', from, into) end
end

-- Those that the memory has no room for.
local function least_stories()
  local over = redis.call('ZCARD', keep_key) - request.max_stories
  return over > 0 and redis.call('ZRANGE', keep_key, 0, over - 1) or {}
end
