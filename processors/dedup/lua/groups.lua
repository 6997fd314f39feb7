-- What the scripts share: the articles' facts, the groups they form, and the link that follows from them.
-- A link is a function of the facts alone, so that every order of arrival ends in the same links.
-- Keys are made from article ids found on the way, so the scripts need one Redis and no cluster.

local request = cjson.decode(ARGV[1])
local prefix = request.prefix
local ttl_ms = request.ttl_ms
local window_ms = request.window_ms
local ready_key = prefix .. 'ready'
local repair_key = prefix .. 'repair'

-- Redis works on nothing else meanwhile, so each walk is bounded.
local max_members = tonumber(request.max_members)
local max_visited = 2 * max_members

local known_facts = {}
local known_members = {}
local known_leaders = {}

local function article_key(id) return prefix .. 'article:' .. id end
local function link_key(id) return prefix .. 'link:' .. id end
local function pending_key(id) return prefix .. 'pending:' .. id end
local function text_key(text) return prefix .. 'text:' .. text end
local function declared_key(id, title) return prefix .. 'declared:' .. id .. ':' .. title end

-- Nil where the article is unknown.
local function facts_of(id)
  local facts = known_facts[id]
  if facts == nil then
    local values = redis.call('HMGET', article_key(id), 'version', 'text', 'title', 'claims', 'rank', 'at')
    facts = values[1] and {
      version = values[1], text = values[2], title = values[3], claims = values[4],
      rank = tonumber(values[5]), at = tonumber(values[6]),
    } or false
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

-- Whether one of two known articles may follow the other.
local function is_within_window(a, b)
  return math.abs(facts_of(a).at - facts_of(b).at) <= window_ms
end

-- The article at the address that this one declares, where that is believed: text or title agree, and the other
-- declares nothing itself. So nobody can make a copy of another's article, and there are no circles.
local function declared_original(id)
  local facts = facts_of(id)
  if not facts or facts.claims == '' then return nil end
  local other = facts_of(facts.claims)
  if not other or other.claims ~= '' or not is_within_window(id, facts.claims) then return nil end
  local same_title = facts.title ~= '' and facts.title == other.title
  local same_text = facts.text ~= '' and facts.text == other.text
  return (same_title or same_text) and facts.claims or nil
end

-- The member of a group that an article follows, itself if it leads; nil where there is none. In the order of the
-- group, each leads that may and has no earlier leader within its window; an article follows the first leader within
-- its own. Members that have expired leave the group.
local function leader_in(key, id, may_lead)
  local group = known_leaders[key]
  if not group then
    group = { looked_at = 0, leaders = {} }
    known_leaders[key] = group
  end
  local function leader_of(member)
    for _, leader in ipairs(group.leaders) do
      if leader == member or is_within_window(leader, member) then return leader end
    end
    return nil
  end
  local members, found = members_of(key), leader_of(id)
  while not found and group.looked_at < #members do
    group.looked_at = group.looked_at + 1
    local member = members[group.looked_at]
    if not facts_of(member) then
      redis.call('ZREM', key, member)
    elseif not leader_of(member) and may_lead(member) then
      table.insert(group.leaders, member)
      if member == id or is_within_window(member, id) then found = member end
    end
  end
  return found
end

local function may_lead_declared(id) return not declared_original(id) end

-- The leader among those that declare the same unknown address under the same title.
local function first_declaring(id)
  local facts = facts_of(id)
  if not facts or facts.claims == '' or facts.title == '' then return nil end
  return leader_in(declared_key(facts.claims, facts.title), id, may_lead_declared)
end

-- By what it declares, an article may follow another; then it is nobody's original.
local function followed(id)
  local original = declared_original(id)
  if original then return original end
  local first = first_declaring(id)
  return first ~= id and first or nil
end

local function may_lead_text(id) return not followed(id) end

local function first_of_text(id)
  local facts = facts_of(id)
  if not facts or facts.text == '' then return id end
  return leader_in(text_key(facts.text), id, may_lead_text) or id
end
