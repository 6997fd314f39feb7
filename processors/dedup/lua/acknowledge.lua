-- The outputs of a message are on the broker: remembers what was seen, and that its links are written.

local epoch = redis.call('GET', ready_key)
if not epoch then return 'unprepared' end

local is_rebuilt = epoch ~= request.epoch
-- What is done again below needs the near texts of the state as it is now.
if is_rebuilt and request.findable and not request.near then return 'rebuilt' end
if request.near and not is_placed(request.facts.text, request.near) then return 'rebuilt' end

local id = request.id
for _, link in ipairs(request.links) do
  local last, decided = decision_on(link.id)
  local version = tonumber(link.version)
  if decided > version then
    -- Another process decided later and may have written earlier: the last record of the topic must be the latest.
    repair(link.id, decided)
  elseif decided < version then
    -- The state was rebuilt in between and does not know the decision.
    local is_gone = last == 'gone' and not facts_of(link.id)
    put_link(link.id, is_gone and 'gone' or link.original, link.version, link.why)
    repair(link.id, version)
  else
    local broken = redis.call('ZSCORE', repair_key, link.id)
    if broken and tonumber(broken) < version then redis.call('ZREM', repair_key, link.id) end
  end
  redis.call('SREM', pending_key(id), link.id)
end

if is_rebuilt then
  -- The state was rebuilt before these outputs were on the broker: what was decided on is done again, and all whose
  -- links may follow from it are judged with the next message.
  local before = connected({ id })
  if request.facts then
    put_article(id, request.facts, request.near)
  else
    remove_article(id)
    local _, decided = decision_on(id)
    put_link(id, 'gone', string.format('%.0f', decided))
  end
  for _, other in ipairs(before) do
    local _, decided = decision_on(other)
    repair(other, decided)
  end
end

if not request.seen then
  redis.call('DEL', prefix .. 'seen:' .. id)
elseif facts_of(id) then
  -- Without facts it is gone again, and this process is late.
  remember_seen(id, request.seen)
end
return 'acknowledged'
