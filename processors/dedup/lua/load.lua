-- A step of the rebuild, done only by the process that holds the lock: takes in records of the stage's own outputs.

local lock_key = prefix .. 'rebuilding'
if redis.call('GET', lock_key) ~= request.token then return { 'lost' } end
redis.call('PEXPIRE', lock_key, request.lock_ms)

local again = {}
for _, article in ipairs(request.articles) do
  if article.near and not is_stale(article.id, article.facts) and not is_placed(article.facts.text, article.near) then
    -- An earlier article of this step had the text and has left it.
    table.insert(again, article.id)
  elseif article.facts then
    put_article(article.id, article.facts, article.near)
    remember_seen(article.id, article.seen)
  else
    remove_article(article.id)
    redis.call('DEL', prefix .. 'seen:' .. article.id)
  end
end

-- Articles that are older than what is loaded are known as long as loaded ones follow them.
local originals_key = prefix .. 'originals'
local clock = tonumber(redis.call('GET', prefix .. 'clock') or '0')
for _, link in ipairs(request.links) do
  local _, decided = decision_on(link.id)
  if not link.version then
    put_link(link.id, 'gone', string.format('%.0f', decided))
  elseif tonumber(link.version) > decided then
    put_link(link.id, link.original, link.version, link.why)
    if link.original ~= '' then redis.call('SADD', originals_key, link.original) end
    clock = math.max(clock, tonumber(link.version))
  elseif tonumber(link.version) < decided then
    repair(link.id, decided)
  end
end
redis.call('SET', prefix .. 'clock', string.format('%.0f', clock))

-- Links that were never written, or belong to an article that left since, are written with the next messages.
for _, id in ipairs(request.check) do
  local last, decided, last_why = decision_on(id)
  forget_near()
  if facts_of(id) then
    local original, reason, score = link_of(id)
    local is_same = original == (last == 'gone' and '' or last or '') and why_of(original, reason, score) == (last_why or '')
    if not is_same then repair(id, decided) end
  elseif last and last ~= 'gone' then
    put_link(id, 'gone', string.format('%.0f', decided))
    repair(id, decided)
  end
end

if request.done then
  redis.call('SET', ready_key, request.token)
  redis.call('DEL', lock_key, originals_key)
end
return { 'loaded', again }
