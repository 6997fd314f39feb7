-- The links that follow from the groups, and how articles enter and leave them.

-- The original's id, or '' for an article that is no copy; the reason and the score; and the articles on the way to the
-- original, each of which is within the window of the one before it.
local function link_of(id)
  local leader = followed(id)
  local first = first_of_text(leader or id)
  local near = facts_of(first).text ~= '' and near_original(first)
  local way = { leader or first, first }
  if near then
    table.insert(way, near.by)
    table.insert(way, near.id)
    return near.id, 'near_text', near.score, way
  end
  if leader then return first, 'canonical_url', '1', way end
  if first ~= id then return first, 'same_text', '1', way end
  return '', 'same_text', '1', {}
end

-- Near neighbours that one script call looks at in search of links that may change.
local max_walked = 16384
local walked = 0

local function neighbours_of(id)
  local facts = facts_of(id)
  if not facts then return {} end
  local groups = {}
  if facts.text ~= '' then
    table.insert(groups, members_of(text_key(facts.text)))
    local edges = edges_of(facts.text)
    walked = walked + #edges / 2
    for at = 1, walked < max_walked and #edges or 0, 2 do table.insert(groups, members_of(text_key(edges[at]))) end
  end
  if facts.title ~= '' then
    table.insert(groups, members_of(declared_key(id, facts.title)))
    if facts.claims ~= '' then table.insert(groups, members_of(declared_key(facts.claims, facts.title))) end
  end
  table.insert(groups, { declared_original(id) })
  return groups
end

-- All articles whose links may hang together with those of the given ones, themselves included.
local function connected(seeds)
  local found, visited = {}, {}
  local function visit(id)
    if visited[id] or #found >= max_visited then return end
    visited[id] = true
    table.insert(found, id)
  end
  for _, id in ipairs(seeds) do visit(id) end
  local at = 1
  while at <= #found do
    for _, group in ipairs(neighbours_of(found[at])) do
      for _, id in ipairs(group) do visit(id) end
    end
    at = at + 1
  end
  return found
end

local function forget_reads()
  known_facts, known_members, known_leaders = {}, {}, {}
  forget_near()
end

local function groups_of(id, facts)
  local keys = {}
  if facts.text ~= '' then table.insert(keys, text_key(facts.text)) end
  if facts.claims ~= '' and facts.title ~= '' then table.insert(keys, declared_key(facts.claims, facts.title)) end
  return keys
end

-- `next_text`: of the same article's next version, which may have the same.
local function remove_article(id, next_text)
  local facts = facts_of(id)
  if not facts then return end
  for _, key in ipairs(groups_of(id, facts)) do redis.call('ZREM', key, id) end
  redis.call('DEL', article_key(id))
  if facts.text ~= '' and facts.text ~= next_text then drop_text(facts.text) end
  forget_reads()
end

-- Members of a full group beyond the earliest keep their links, but follow no later change of the original. Those who
-- lead stay: others follow them.
local function join(key, rank, id, may_lead)
  redis.call('ZADD', key, rank, id)
  redis.call('PEXPIRE', key, ttl_ms)
  if redis.call('ZCARD', key) <= max_members then return end
  forget_reads()
  local members = members_of(key)
  local at = #members
  while at > 1 and facts_of(members[at]) and leader_in(key, members[at], may_lead) == members[at] do at = at - 1 end
  redis.call('ZREM', key, members[at])
  forget_reads()
end

-- A message that comes again late changes nothing.
local function is_stale(id, facts)
  local known = facts_of(id)
  return known and tonumber(known.version) > tonumber(facts.version)
end

local function put_article(id, facts, near)
  if is_stale(id, facts) then
    -- It was placed for this.
    if facts.text ~= '' then drop_text(facts.text) end
    return
  end
  remove_article(id, facts.text)
  redis.call('HSET', article_key(id), 'version', facts.version, 'text', facts.text, 'title', facts.title,
    'claims', facts.claims, 'rank', facts.text_rank, 'at', facts.at)
  redis.call('PEXPIRE', article_key(id), ttl_ms)
  if facts.claims ~= '' and facts.title ~= '' then
    join(declared_key(facts.claims, facts.title), facts.declared_rank, id, may_lead_declared)
  end
  if facts.text ~= '' then join(text_key(facts.text), facts.text_rank, id, may_lead_text) end
  forget_reads()
  if near then put_edges(id, near) end
end

-- `why`: reason and score of the decision, together.
local function put_link(id, original, version, why)
  redis.call('HSET', link_key(id), 'original', original, 'version', version, 'why', why or '')
  redis.call('PEXPIRE', link_key(id), ttl_ms)
end

-- The last decision on an article: its original ('' for none, 'gone' for an article that is gone), version and why;
-- nil and 0 where there was none.
local function decision_on(id)
  local values = redis.call('HMGET', link_key(id), 'original', 'version', 'why')
  if not values[2] then return nil, 0 end
  return values[1], tonumber(values[2]), values[3]
end

-- Why an article is linked; the same for all that are not.
local function why_of(original, reason, score)
  return (original == '' or original == 'gone') and '' or reason .. ' ' .. score
end

-- The article's last record in the topic may not be its latest decision: the next message writes it again.
local function repair(id, version)
  redis.call('ZADD', repair_key, string.format('%.0f', version), id)
end

local function remember_seen(id, seen)
  local key = prefix .. 'seen:' .. id
  local version = redis.call('HGET', key, 'version')
  if version and tonumber(version) > tonumber(seen.version) then return end
  redis.call('HSET', key, 'content_hash', seen.content_hash, 'version', seen.version, 'feed_ids', seen.feed_ids)
  redis.call('PEXPIRE', key, ttl_ms)
end
