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
