-- The outputs of a message are on the broker: remembers what was seen, and that its links are written.

local epoch = redis.call('GET', ready_key)
if not epoch then return 'unprepared' end

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
    put_link(link.id, is_gone and 'gone' or link.original, link.version)
    repair(link.id, version)
  else
    local broken = redis.call('ZSCORE', repair_key, link.id)
    if broken and tonumber(broken) < version then redis.call('ZREM', repair_key, link.id) end
  end
  redis.call('SREM', pending_key(id), link.id)
end

if request.seen then
  if not facts_of(id) and epoch ~= request.epoch then
    -- The state was rebuilt before this article was on the broker.
    put_article(id, request.facts)
    repair(id, 0)
  end
  -- Without facts it is gone again, and this process is late.
  if facts_of(id) then remember_seen(id, request.seen) end
else
  redis.call('DEL', prefix .. 'seen:' .. id)
end
return 'acknowledged'
