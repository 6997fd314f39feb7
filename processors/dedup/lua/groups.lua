-- What the scripts share: the articles' facts, the groups they form, and the link that follows from them.
-- A link is a function of the facts alone, so that every order of arrival ends in the same links.
-- Keys are made from article ids found on the way, so the scripts need one Redis and no cluster.

local request = cjson.decode(ARGV[1])
local prefix = request.prefix
local ttl_ms = request.ttl_ms
local ready_key = prefix .. 'ready'
local repair_key = prefix .. 'repair'

-- Redis works on nothing else meanwhile, so each walk is bounded.
local max_members = tonumber(request.max_members)
local max_visited = 2 * max_members

local known_facts = {}
local known_members = {}

local function article_key(id) return prefix .. 'article:' .. id end
local function link_key(id) return prefix .. 'link:' .. id end
local function pending_key(id) return prefix .. 'pending:' .. id end
local function text_key(text) return prefix .. 'text:' .. text end
local function declared_key(id, title) return prefix .. 'declared:' .. id .. ':' .. title end

-- Nil where the article is unknown.
local function facts_of(id)
  local facts = known_facts[id]
  if facts == nil then
    local values = redis.call('HMGET', article_key(id), 'version', 'text', 'title', 'claims')
    facts = values[1] and { version = values[1], text = values[2], title = values[3], claims = values[4] } or false
    known_facts[id] = facts
  end
  return facts or nil
end

-- Of a group, the earliest first.
local function members_of(key)
  local members = known_members[key]
  if members == nil then
    members = redis.call('ZRANGE', key, 0, -1)
    known_members[key] = members
  end
  return members
end

-- The article at the address that this one declares, where that is believed: text or title agree, and the other
-- declares nothing itself. So nobody can make a copy of another's article, and there are no circles.
local function declared_original(id)
  local facts = facts_of(id)
  if not facts or facts.claims == '' then return nil end
  local other = facts_of(facts.claims)
  if not other or other.claims ~= '' then return nil end
  local same_title = facts.title ~= '' and facts.title == other.title
  local same_text = facts.text ~= '' and facts.text == other.text
  return (same_title or same_text) and facts.claims or nil
end

-- The first member of a group that fulfils the condition. Members that have expired leave the group.
local function first_member(key, condition)
  for _, member in ipairs(members_of(key)) do
    if not facts_of(member) then
      redis.call('ZREM', key, member)
    elseif condition(member) then
      return member
    end
  end
  return nil
end

-- The first among those that declare the same unknown address under the same title.
local function first_declaring(id)
  local facts = facts_of(id)
  if not facts or facts.claims == '' or facts.title == '' then return nil end
  return first_member(declared_key(facts.claims, facts.title), function(member)
    return not declared_original(member)
  end)
end

-- By what it declares, an article may follow another; then it is nobody's original.
local function followed(id)
  local original = declared_original(id)
  if original then return original end
  local first = first_declaring(id)
  return first ~= id and first or nil
end

local function first_of_text(id)
  local facts = facts_of(id)
  if not facts or facts.text == '' then return id end
  return first_member(text_key(facts.text), function(member) return not followed(member) end) or id
end

-- The original's id, or '' for an article that is no copy; and the reason. Near duplicates would be one more reason.
local function link_of(id)
  local leader = followed(id)
  if leader then return first_of_text(leader), 'canonical_url' end
  local first = first_of_text(id)
  if first ~= id then return first, 'same_text' end
  return '', 'same_text'
end

local function neighbours_of(id)
  local facts = facts_of(id)
  if not facts then return {} end
  local groups = {}
  if facts.text ~= '' then table.insert(groups, members_of(text_key(facts.text))) end
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
  known_facts, known_members = {}, {}
end

local function groups_of(id, facts)
  local keys = {}
  if facts.text ~= '' then table.insert(keys, text_key(facts.text)) end
  if facts.claims ~= '' and facts.title ~= '' then table.insert(keys, declared_key(facts.claims, facts.title)) end
  return keys
end

local function remove_article(id)
  local facts = facts_of(id)
  if not facts then return end
  for _, key in ipairs(groups_of(id, facts)) do redis.call('ZREM', key, id) end
  redis.call('DEL', article_key(id))
  forget_reads()
end

-- Members of a full group beyond the earliest keep their links, but follow no later change of the original.
local function join(key, rank, id)
  redis.call('ZADD', key, rank, id)
  redis.call('PEXPIRE', key, ttl_ms)
  if redis.call('ZCARD', key) > max_members then redis.call('ZPOPMAX', key) end
end

-- Does nothing where newer facts are known: a message that comes again late changes nothing.
local function put_article(id, facts)
  local known = facts_of(id)
  if known and tonumber(known.version) > tonumber(facts.version) then return end
  remove_article(id)
  redis.call('HSET', article_key(id), 'version', facts.version, 'text', facts.text, 'title', facts.title,
    'claims', facts.claims)
  redis.call('PEXPIRE', article_key(id), ttl_ms)
  if facts.text ~= '' then join(text_key(facts.text), facts.text_rank, id) end
  if facts.claims ~= '' and facts.title ~= '' then
    join(declared_key(facts.claims, facts.title), facts.declared_rank, id)
  end
  forget_reads()
end

local function put_link(id, original, version)
  redis.call('HSET', link_key(id), 'original', original, 'version', version)
  redis.call('PEXPIRE', link_key(id), ttl_ms)
end

-- The last decision on an article: its original ('' for none, 'gone' for an article that is gone) and version; nil
-- and 0 where there was none.
local function decision_on(id)
  local values = redis.call('HMGET', link_key(id), 'original', 'version')
  if not values[2] then return nil, 0 end
  return values[1], tonumber(values[2])
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
