-- Makes texts findable, and answers for each with those that may be near it.

if request.token then
  if redis.call('GET', prefix .. 'rebuilding') ~= request.token then return { 'lost' } end
elseif redis.call('EXISTS', ready_key) == 0 then
  return { 'unprepared' }
end

local placed = {}
for _, given in ipairs(request.texts) do table.insert(placed, place(given.text, given.sketch, given.bands, given.at)) end
return { 'placed', placed }
