-- Texts near the given ones, which may be near a text that came later as well: where many texts are near each other,
-- buckets show only some of them.

local known, found = {}, {}
for _, text in ipairs(request.known) do known[text] = true end
for _, text in ipairs(request.near) do
  for _, other in ipairs(redis.call('HKEYS', edges_key(text))) do table.insert(found, other) end
end
return with_sketches(found, 2 * max_near, known, generation_of(request.at))
