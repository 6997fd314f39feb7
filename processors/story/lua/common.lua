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
