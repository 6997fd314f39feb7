-- Turns at sites, shared by all processes that collect: the same rules as ownTurns in site-turns.ts, by Redis' own
-- clock. ARGV[1] is the request as JSON. Keys: of the domain, of its leases, of the host, of the host's latest requests.

local request = cjson.decode(ARGV[1])
local rules = request.rules
local domain, leases, host = KEYS[1], KEYS[2], KEYS[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function number(key, field) return tonumber(redis.call('HGET', key, field)) or 0 end

local function set(key, field, value)
  redis.call('HSET', key, field, string.format('%.17g', value))
  redis.call('PEXPIRE', key, 2 * rules.maxRestMs)
end

local function growing(over, max)
  if over < 0 then return 0 end
  return math.min(max, rules.firstRestMs * 2 ^ math.min(math.floor(over), 30))
end

local function answer(kind, ms, why) return cjson.encode({ kind = kind, ms = ms, why = why }) end

if request.call == 'take' then
  local closed, open = number(domain, 'closed'), number(host, 'open')
  if closed > now then return answer('resting', closed - now, 'refusing') end
  if open > now then return answer('resting', open - now, 'silent') end
  redis.call('ZREMRANGEBYSCORE', leases, '-inf', now)
  if redis.call('ZCARD', leases) >= request.concurrency then return answer('wait', rules.fullMs) end
  local next_turn = number(domain, 'next')
  if next_turn > now then return answer('wait', next_turn - now) end
  if number(host, 'silences') >= rules.silences then set(host, 'open', now + rules.leaseMs) end
  set(domain, 'next', now + request.delayMs)
  redis.call('ZADD', leases, now + rules.leaseMs, request.token)
  redis.call('PEXPIRE', leases, 2 * rules.leaseMs)
  return answer('go')
end

redis.call('ZREM', leases, request.token)
local report = request.report
if request.remembered then
  redis.call('LPUSH', KEYS[4], request.remembered)
  redis.call('LTRIM', KEYS[4], 0, rules.remembered - 1)
  redis.call('PEXPIRE', KEYS[4], rules.maxRestMs)
end
if report.kind == 'answered' or report.kind == 'refused' then redis.call('DEL', host) end
if report.kind == 'answered' then
  local refusals = number(domain, 'refusals')
  if refusals > 0 then set(domain, 'refusals', math.max(0, refusals - 0.5)) end
elseif report.kind == 'refused' then
  local refusals = number(domain, 'refusals') + 1
  set(domain, 'refusals', refusals)
  local wanted = type(report.wantedMs) == 'number' and math.min(report.wantedMs, rules.maxRestMs) or 0
  local rest = math.max(growing(refusals - rules.refusals, rules.maxRestMs), wanted)
  set(domain, 'closed', math.max(number(domain, 'closed'), now + rest))
elseif report.kind == 'silent' then
  local silences = number(host, 'silences') + 1
  set(host, 'silences', silences)
  set(host, 'open', now + growing(silences - rules.silences, rules.maxSilenceMs))
end
return answer('told')
