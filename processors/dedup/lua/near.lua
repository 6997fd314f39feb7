-- Texts that are near each other without being the same. A text is known by its key (`facts.text`); the group of that
-- key holds the articles with it. What is near is judged outside, from sketches; here they are found and remembered.
--
-- A text stands in a bucket for each of its bands. Many buckets share a sorted set, as entries `band text` without
-- scores: a key for each would take more memory than the entries. Entries cannot run out one by one, so sets are made
-- anew for each half of the window, by the articles' own time: so a replay meets buckets as full as they were.

local max_near = tonumber(request.max_near)
local max_bucket = tonumber(request.max_bucket)
local max_candidates = tonumber(request.max_candidates)
local half_ms = math.floor(window_ms / 2)
-- Generations on either side that may hold texts within the window.
local reach = 2

local function near_key(text) return prefix .. 'near:' .. text end
local function edges_key(text) return prefix .. 'near-to:' .. text end

local function generation_of(at) return math.floor(tonumber(at) / half_ms) end

-- A text is in the buckets of each generation that it has articles of. Its field tells `placed`, or `judged` where its
-- neighbours of that generation are known.
local function generation_field(generation) return 'generation:' .. generation end

local function shard_key(generation, band)
  return prefix .. 'band:' .. generation .. ':' .. string.sub(band, 1, 5)
end

-- Bands are kept as one string, of ten digits each.
local function each_band(bands)
  return string.gmatch(bands, '..........')
end

-- Whether a generation has sets at all: of the five that are looked at, most of the time two or three do.
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
  local others = {}
  for other = generation - reach, generation + reach do
    if other ~= generation and redis.call('EXISTS', generation_key(other)) == 1 then table.insert(others, other) end
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
    for _, other in ipairs(others) do count(bucket_of(other, band)) end
  end
  table.sort(found, function(a, b)
    if shared[a] ~= shared[b] then return shared[a] > shared[b] end
    return a < b
  end)
  return found
end

-- Texts with their sketches, of those that are still known and have articles that may be within the window.
local function with_sketches(texts, most, known, generation)
  local fields = {}
  for other = generation - reach, generation + reach do table.insert(fields, generation_field(other)) end
  local found = {}
  for _, text in ipairs(texts) do
    if #found >= most then break end
    if not known[text] then
      known[text] = true
      local values = redis.call('HMGET', near_key(text), 'sketch', unpack(fields))
      local is_in_reach = false
      for at = 2, #values do is_in_reach = is_in_reach or values[at] end
      if is_in_reach then table.insert(found, { text, values[1] }) end
    end
  end
  return found
end

-- Makes a text findable, and answers with its number and with those that may be near it. Whoever comes second of two
-- finds the first, so that one of them judges. Nothing is left to judge where the text has its neighbours already.
local function place(text, sketch, bands, at)
  local generation = generation_of(at)
  local field = generation_field(generation)
  local values = redis.call('HMGET', near_key(text), 'serial', field)
  if values[2] == 'judged' then return { values[1], {} } end
  local serial = values[1] or tostring(redis.call('INCR', prefix .. 'near-serial'))
  redis.call('HSET', near_key(text), 'sketch', sketch, 'bands', bands, 'serial', serial, field, 'placed')
  redis.call('PEXPIRE', near_key(text), ttl_ms)
  local texts = enter_buckets(text, bands, generation)
  return { serial, with_sketches(texts, max_candidates, { [text] = true }, generation) }
end

-- Whether the text is still the one that was placed: its last article may have left meanwhile.
local function is_placed(text, near)
  return redis.call('HGET', near_key(text), 'serial') == near.serial
end

local function drop_text(text)
  if redis.call('EXISTS', text_key(text)) == 1 then return end
  for _, other in ipairs(redis.call('HKEYS', edges_key(text))) do redis.call('HDEL', edges_key(other), text) end
  local bands = redis.call('HGET', near_key(text), 'bands') or ''
  for _, field in ipairs(redis.call('HKEYS', near_key(text))) do
    local generation = string.match(field, '^generation:(.+)$')
    if generation then
      for band in each_band(bands) do redis.call('ZREM', shard_key(generation, band), string.sub(band, 6) .. text) end
    end
  end
  redis.call('DEL', edges_key(text), near_key(text))
end

local known_edges, known_roots = {}, {}

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

local function is_earlier(a, b)
  local rank, other = facts_of(a).rank, facts_of(b).rank
  if rank ~= other then return rank < other end
  return a < b
end

-- A copy of a copy is linked to the original too, and no further: nearness wears off.
local max_hops = 2

-- The original that an article follows because its text is near, with the score, the hops to it and the article by
-- which it came to it. For each near text stands the article whom this one would follow if it had that text. The
-- earliest that follows none itself comes before all that do. The walk goes back in time, so it ends.
local function near_original(id)
  local known = known_roots[id]
  if known ~= nil then return known or nil end
  known_roots[id] = false
  local edges = edges_of(facts_of(id).text)
  local root, copy
  steps = steps + #edges / 2
  for at = 1, steps < max_steps and #edges or 0, 2 do
    local other = leader_in(text_key(edges[at]), id, may_lead_text)
    if other and is_earlier(other, id) then
      local beyond = near_original(other)
      if not beyond and (not root or is_earlier(other, root.by)) then
        root = { by = other, id = other, score = edges[at + 1], hops = 1 }
      elseif beyond and beyond.hops < max_hops and (not copy or is_earlier(other, copy.by)) then
        local score = tonumber(beyond.score) < tonumber(edges[at + 1]) and beyond.score or edges[at + 1]
        copy = { by = other, id = beyond.id, score = score, hops = beyond.hops + 1 }
      end
    end
  end
  known_roots[id] = root or copy or false
  return root or copy
end

local function forget_near()
  known_edges, known_roots = {}, {}
  steps = 0
end

local prolonged = {}

-- What an article follows must outlive it, and be found as long.
local function prolong(id)
  if prolonged[id] then return end
  prolonged[id] = true
  redis.call('PEXPIRE', article_key(id), ttl_ms)
  local facts = facts_of(id)
  if not facts or facts.text == '' then return end
  for _, key in ipairs({ text_key(facts.text), near_key(facts.text), edges_key(facts.text) }) do
    redis.call('PEXPIRE', key, ttl_ms)
  end
end

-- Remembers which texts are near an article's. A text keeps the earliest of those that it may follow; one that has all
-- it may keep learns of no more.
local function put_edges(id, near)
  local facts = facts_of(id)
  local text = facts.text
  local known = {}
  for _, edge in ipairs(near.edges) do
    if redis.call('EXISTS', near_key(edge[1])) == 1 then
      local leader = leader_in(text_key(edge[1]), id, may_lead_text)
      table.insert(known, { text = edge[1], score = edge[2], leader = leader })
    end
  end
  table.sort(known, function(a, b)
    if a.leader and b.leader then return is_earlier(a.leader, b.leader) end
    if not a.leader and not b.leader then return a.text < b.text end
    return a.leader ~= nil
  end)
  for at = 1, math.min(#known, max_near) do
    local other = known[at]
    redis.call('HSET', edges_key(text), other.text, other.score)
    if redis.call('HLEN', edges_key(other.text)) < max_near then
      redis.call('HSET', edges_key(other.text), text, other.score)
    end
    redis.call('PEXPIRE', edges_key(other.text), ttl_ms)
  end
  redis.call('PEXPIRE', edges_key(text), ttl_ms)
  redis.call('HSET', near_key(text), generation_field(generation_of(facts.at)), 'judged')
  redis.call('PEXPIRE', near_key(text), ttl_ms)
  forget_near()
end
