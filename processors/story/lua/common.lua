-- Keys are made from ids found on the way, so the scripts need one Redis and no cluster.
local request = cjson.decode(ARGV[1])
local prefix = request.prefix
local ready_key = prefix .. 'ready'
local lock_key = prefix .. 'lock'
-- Stories by the number of their last change.
local changes_key = prefix .. 'changes'
-- Stories that are no longer kept, by the number of that change: other processes have to forget them too.
local gone_key = prefix .. 'gone'
-- Stories whose latest version may not be on the broker: when it was decided, and which it is.
local unwritten_key = prefix .. 'unwritten'
local pending_key = prefix .. 'pending'
local function story_key(id) return prefix .. 'story:' .. id end
local function article_key(id) return prefix .. 'article:' .. id end
local function written_key(id) return prefix .. 'written:' .. id end
-- Stories of about one size by the time of their last change, in milliseconds.
local function list_key(name) return prefix .. 'kept:' .. name end

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function put_story(seq, story)
  redis.call('SET', story_key(story.id), story.blob, 'PX', request.blob_ttl_ms)
  redis.call('ZADD', changes_key, seq, story.id)
  for _, list in ipairs(request.lists) do
    if list.name ~= story.list then redis.call('ZREM', list_key(list.name), story.id) end
  end
  redis.call('ZADD', list_key(story.list), story.changed_at or now_ms(), story.id)
end

local function remove_one(id)
  redis.call('DEL', story_key(id))
  redis.call('ZREM', changes_key, id)
  for _, list in ipairs(request.lists) do redis.call('ZREM', list_key(list.name), id) end
end

-- Those that a story has taken in only lead to it, and go with it.
local function remove_story(id)
  local blob = redis.call('GET', story_key(id))
  local removed = blob and cjson.decode(blob).update.absorbed or {}
  table.insert(removed, id)
  for _, one in ipairs(removed) do remove_one(one) end
  return removed
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

-- Removes what nothing was added to for too long, and what the memory has no room for: the list that is fullest for its
-- share gives first. So each list has its share for sure, and what the others leave.
local function make_room()
  local removed = {}
  local function remove(id)
    for _, one in ipairs(remove_story(id)) do table.insert(removed, one) end
  end
  local now = now_ms()
  for _, list in ipairs(request.lists) do
    local old = redis.call('ZRANGEBYSCORE', list_key(list.name), '-inf', now - list.ttl_ms, 'LIMIT', 0, 100)
    for _, id in ipairs(old) do remove(id) end
  end
  while true do
    local total, fullest, fullness = 0, nil, 0
    for _, list in ipairs(request.lists) do
      local room = redis.call('ZCARD', list_key(list.name)) * list.room
      total = total + room
      if room / list.share > fullness then fullest, fullness = list.name, room / list.share end
    end
    if total <= request.max_stories then return removed end
    remove(redis.call('ZRANGE', list_key(fullest), 0, 0)[1])
  end
end
