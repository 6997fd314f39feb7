-- Takes in an article's facts, or forgets it, and answers with the links that must be written because of it.
-- A decision counts as made at once, so that two processes never decide on the same state; what was decided for a
-- message but never acknowledged is decided again when the message comes again.

local epoch = redis.call('GET', ready_key)
if not epoch then return { 'unprepared' } end
if request.near and not is_placed(request.facts.text, request.near) then return { 'again' } end

local id = request.id
local owed = {}
local seeds = { id }
local function owe(ids)
  for _, other in ipairs(ids) do
    owed[other] = true
    table.insert(seeds, other)
  end
end
owe(redis.call('SMEMBERS', pending_key(id)))
owe(redis.call('ZRANGE', repair_key, 0, 15))

local before = connected(seeds)
if request.facts then
  put_article(id, request.facts, request.near)
else
  remove_article(id)
  local _, decided = decision_on(id)
  put_link(id, 'gone', string.format('%.0f', decided))
  owed[id] = true
end
table.insert(before, 1, id)
local affected = connected(before)

local function next_version()
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
  local clock = tonumber(redis.call('GET', prefix .. 'clock') or '0')
  local version = string.format('%.0f', math.max(now, clock + 1))
  redis.call('SET', prefix .. 'clock', version)
  return version
end

local version
local links = {}
for _, other in ipairs(affected) do
  local last, _, last_why = decision_on(other)
  local original, reason, score
  if facts_of(other) then
    local way
    original, reason, score, way = link_of(other)
    for _, step in ipairs(way) do
      if step ~= other then prolong(step) end
    end
  elseif last == 'gone' then
    original, reason, score = 'gone', 'same_text', '1'
  end
  local why = original and why_of(original, reason, score)
  local is_same = original == (last or '') and (why == (last_why or ''))
  local is_changed = original and not is_same and not (original == '' and last == 'gone')
  local is_owed = original and owed[other] and last
  if is_changed or is_owed then
    version = version or next_version()
    put_link(other, original, version, why)
    redis.call('SADD', pending_key(id), other)
    table.insert(links, { other, original, reason, version, score })
  elseif owed[other] then
    redis.call('SREM', pending_key(id), other)
    redis.call('ZREM', repair_key, other)
  end
end
redis.call('PEXPIRE', pending_key(id), ttl_ms)
return { 'decided', epoch, links }
