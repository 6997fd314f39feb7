-- Takes the lock under which stories are judged, and answers with what has changed since this process looked last.
local epoch = redis.call('GET', ready_key)
if not epoch then return { 'unprepared' } end
local holder = redis.call('GET', lock_key)
if holder and holder ~= request.token then return { 'busy' } end
redis.call('SET', lock_key, request.token, 'PX', request.lock_ms)

local seq = tonumber(redis.call('GET', prefix .. 'seq') or '0')
local after = tonumber(request.after)
-- What was forgotten longer ago is no longer listed.
if epoch ~= request.epoch or seq - after > request.gone_kept then
  if after > 0 then return { 'outdated' } end
end
local stories, upto = {}, seq
local changed = redis.call('ZRANGEBYSCORE', changes_key, '(' .. after, '+inf', 'WITHSCORES', 'LIMIT', 0, request.step)
for at = 1, #changed, 2 do
  table.insert(stories, { changed[at], redis.call('GET', story_key(changed[at])) })
end
local more = #changed == 2 * request.step
if more then upto = tonumber(changed[#changed]) end
local gone = after > 0 and redis.call('ZRANGEBYSCORE', gone_key, '(' .. after, upto) or {}
if more then return { 'entered', epoch, upto, 1, stories, gone } end

local articles = {}
for _, id in ipairs(request.articles) do table.insert(articles, redis.call('GET', article_key(id))) end
local owed = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', unwritten_key, '-inf', now_ms() - request.owed_ms, 'LIMIT', 0, 16)) do
  table.insert(owed, { id, redis.call('HGET', pending_key, id) })
end
local newest = redis.call('GET', prefix .. 'newest') or '0'
local merges = redis.call('HLEN', prefix .. 'merges') ~= request.merges and redis.call('HGETALL', prefix .. 'merges') or {}
return { 'entered', epoch, upto, 0, stories, gone, articles, owed, newest, merges }
