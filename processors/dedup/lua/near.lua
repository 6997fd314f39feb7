-- Texts that are near each other without being the same. A text is known by its key (`facts.text`); the group of that
-- key holds the articles with it. What is near is judged outside, from sketches; here they are found and remembered.
--
-- A text stands in a bucket for each of its bands. Many buckets share a sorted set, as entries `band text` without
-- scores: a key for each would take more memory than the entries. Entries cannot run out one by one, so sets are made
-- anew for each half of the window.

local max_near = tonumber(request.max_near)
local max_bucket = tonumber(request.max_bucket)
local max_candidates = tonumber(request.max_candidates)
local half_ms = math.floor(ttl_ms / 2)

local function near_key(text) return prefix .. 'near:' .. text end
local function edges_key(text) return prefix .. 'near-to:' .. text end

local function generation_now()
  return math.floor(tonumber(redis.call('TIME')[1]) * 1000 / half_ms)
end

local function shard_key(generation, band)
  return prefix .. 'band:' .. generation .. ':' .. string.sub(band, 1, 5)
end

-- Bands are kept as one string, of ten digits each.
local function each_band(bands)
  return string.gmatch(bands, '..........')
end

-- Whether a generation has sets at all: of the three that are looked at, most of the time one or two do.
local function generation_key(generation) return prefix .. 'band-generation:' .. generation end

-- The members of a bucket, and one beyond those that it keeps, if there is one.
local function bucket_of(generation, band)
  local entry = string.sub(band, 6)
  return redis.call(
    'ZRANGEBYLEX', shard_key(generation, band), '[' .. entry, '(' .. entry .. '~', 'LIMIT', 0, max_bucket + 1)
end

-- Answers with the bucket's members. A full bucket keeps the texts with the smallest keys, whatever the order in which
-- they came. It holds what is common to many texts; those near each other meet in others as well.
local function enter_bucket(generation, band, text)
  local key = shard_key(generation, band)
  redis.call('ZADD', key, 0, string.sub(band, 6) .. text)
  redis.call('PEXPIRE', key, ttl_ms + half_ms)
  local members = bucket_of(generation, band)
  if #members > max_bucket then redis.call('ZREM', key, table.remove(members)) end
  return members
end

-- Enters a text into its buckets and answers with those that share most of them, by number and key.
local function enter_buckets(text, bands, generation)
  redis.call('SET', generation_key(generation), 1, 'PX', ttl_ms + half_ms)
  local earlier = {}
  for back = 1, 2 do
    if redis.call('EXISTS', generation_key(generation - back)) == 1 then table.insert(earlier, generation - back) end
  end
  local shared, found = {}, {}
  local function count(members)
    for _, member in ipairs(members) do
      -- What comes before it is the band's other half.
      local other = string.sub(member, 6)
      if other ~= text then
        if not shared[other] then table.insert(found, other) end
        shared[other] = (shared[other] or 0) + 1
      end
    end
  end
  for band in each_band(bands) do
    count(enter_bucket(generation, band, text))
    for _, before in ipairs(earlier) do count(bucket_of(before, band)) end
  end
  table.sort(found, function(a, b)
    if shared[a] ~= shared[b] then return shared[a] > shared[b] end
    return a < b
  end)
  return found
end

-- Texts with their sketches, of those that are still known.
local function with_sketches(texts, most, known)
  local found = {}
  for _, text in ipairs(texts) do
    if #found >= most then break end
    if not known[text] then
      known[text] = true
      local sketch = redis.call('HGET', near_key(text), 'sketch')
      if sketch then table.insert(found, { text, sketch }) end
    end
  end
  return found
end

-- Makes a text findable, and answers with its number and with those that may be near it. Whoever comes second of two
-- finds the first, so that one of them judges. Nothing is left to judge where the text has its neighbours already.
local function place(text, sketch, bands)
  local generation = generation_now()
  local values = redis.call('HMGET', near_key(text), 'serial', 'generation', 'judged')
  if values[3] and tonumber(values[2]) == generation then return { values[1], {} } end
  local serial = values[1] or tostring(redis.call('INCR', prefix .. 'near-serial'))
  redis.call('HSET', near_key(text), 'sketch', sketch, 'bands', bands, 'serial', serial, 'generation', generation)
  redis.call('PEXPIRE', near_key(text), ttl_ms)
  return { serial, with_sketches(enter_buckets(text, bands, generation), max_candidates, { [text] = true }) }
end

-- Whether the text is still the one that was placed: its last article may have left meanwhile.
local function is_placed(text, near)
  return redis.call('HGET', near_key(text), 'serial') == near.serial
end

local function drop_text(text)
  if redis.call('EXISTS', text_key(text)) == 1 then return end
  for _, other in ipairs(redis.call('HKEYS', edges_key(text))) do redis.call('HDEL', edges_key(other), text) end
  local bands, generation = redis.call('HGET', near_key(text), 'bands'), generation_now()
  for band in each_band(bands or '') do
    for back = 0, 2 do redis.call('ZREM', shard_key(generation - back, band), string.sub(band, 6) .. text) end
  end
  redis.call('DEL', edges_key(text), near_key(text))
end

-- The article for which a text stands, and when it was published: the first that follows no other.
local function head_of(text)
  local id = first_member(text_key(text), function(member) return not followed(member) end)
  if not id then return nil end
  return id, tonumber(redis.call('ZSCORE', text_key(text), id))
end

local known_heads, known_edges, known_roots = {}, {}, {}

-- Redis works on nothing else meanwhile, so what a walk looks at is bounded.
local max_steps = 65536
local steps = 0

local function edges_of(text)
  local edges = known_edges[text]
  if not edges then
    edges = redis.call('HGETALL', edges_key(text))
    known_edges[text] = edges
  end
  return edges
end

local function known_head(text)
  local head = known_heads[text]
  if head == nil then
    local id, rank = head_of(text)
    head = id and { id = id, rank = rank } or false
    known_heads[text] = head
  end
  return head
end

local function is_earlier(a, b)
  if a.rank ~= b.rank then return a.rank < b.rank end
  return a.id < b.id
end

-- A copy of a copy is linked to the original too, and no further: nearness wears off.
local max_hops = 2

-- The original that a text follows because it is near, with the score and the hops to it. The earliest that follows
-- none itself comes before all that do. The walk goes back in time, so it ends.
local function near_original(text)
  local known = known_roots[text]
  if known ~= nil then return known or nil end
  known_roots[text] = false
  local head = known_head(text)
  if not head then return nil end
  local edges = edges_of(text)
  local root, copy
  steps = steps + #edges / 2
  for at = 1, steps < max_steps and #edges or 0, 2 do
    local other = known_head(edges[at])
    if other and is_earlier(other, head) then
      local beyond = near_original(edges[at])
      if not beyond and (not root or is_earlier(other, root.head)) then
        root = { head = other, id = other.id, score = edges[at + 1], hops = 1 }
      elseif beyond and beyond.hops < max_hops and (not copy or is_earlier(other, copy.head)) then
        local score = tonumber(beyond.score) < tonumber(edges[at + 1]) and beyond.score or edges[at + 1]
        copy = { head = other, id = beyond.id, score = score, hops = beyond.hops + 1 }
      end
    end
  end
  known_roots[text] = root or copy or false
  return root or copy
end

local function forget_near()
  known_heads, known_edges, known_roots = {}, {}, {}
  steps = 0
end

-- An original must outlive its copies, and be found as long.
local function prolong(id)
  redis.call('PEXPIRE', article_key(id), ttl_ms)
  local facts = facts_of(id)
  if not facts or facts.text == '' then return end
  for _, key in ipairs({ text_key(facts.text), near_key(facts.text), edges_key(facts.text) }) do
    redis.call('PEXPIRE', key, ttl_ms)
  end
end

-- Remembers which texts are near. A text keeps the earliest; one that has all it may keep learns of no more.
local function put_edges(text, near)
  local known = {}
  for _, edge in ipairs(near.edges) do
    local head = known_head(edge[1])
    if redis.call('EXISTS', near_key(edge[1])) == 1 then
      table.insert(known, { text = edge[1], score = edge[2], rank = head and head.rank or math.huge, id = edge[1] })
    end
  end
  table.sort(known, is_earlier)
  for at = 1, math.min(#known, max_near) do
    local other = known[at]
    redis.call('HSET', edges_key(text), other.text, other.score)
    if redis.call('HLEN', edges_key(other.text)) < max_near then
      redis.call('HSET', edges_key(other.text), text, other.score)
    end
    redis.call('PEXPIRE', edges_key(other.text), ttl_ms)
  end
  redis.call('PEXPIRE', edges_key(text), ttl_ms)
  redis.call('HSET', near_key(text), 'judged', 1)
  redis.call('PEXPIRE', near_key(text), ttl_ms)
  forget_near()
end
