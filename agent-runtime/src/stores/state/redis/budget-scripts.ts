/**
 * The budget store's scripts. All keys of an installation share one hash tag, so that they live in one slot: a reservation
 * touches several accounts at once, and a sweep touches accounts that it learns of from the holds it finds, which in a
 * Cluster is only allowed in one slot.
 *
 * An account is a hash of `spent`, `reserved` and `seededAt`, the server's time in ms. A hold is a hash of its `amount` and its `accounts` (JSON), or of
 * `swept` when it was released because nobody kept it. Amounts are whole billionths of a USD below 2^53.
 */

/** Lua function that lets an account be forgotten then, but not at once where the caller's clock is behind: what is forgotten limits nothing. */
const FORGET = `
local function forget(account, at)
  local soonest = (redis.call('TIME')[1] + 86400) * 1000
  redis.call('PEXPIREAT', account, string.format('%.0f', math.max(tonumber(at), soonest)))
end`;

/**
 * Lua function that turns a moment of the caller's clock into one of the server's, so that a worker whose clock is minutes
 * ahead does not sweep what others hold. Whole seconds: a difference below is the time that the call took.
 */
const SERVER_TIME = `
local function serverTime(at, callerNow)
  local time = redis.call('TIME')
  local difference = time[1] * 1000 + time[2] / 1000 - callerNow
  return string.format('%.0f', at + math.floor(difference / 1000 + 0.5) * 1000)
end`;

/** KEYS: expiry, epoch, hold, accounts… ARGV: id, amount, expiresAt, the caller's time, a new epoch, then for each account limit, forgetAt, seed ('' for none). */
const RESERVE = `${FORGET}${SERVER_TIME}
local amount, open, missing = tonumber(ARGV[2]), {}, {'missing'}
for i = 4, #KEYS do
  local account = redis.call('HMGET', KEYS[i], 'spent', 'reserved')
  local seed = ARGV[(i - 3) * 3 + 5]
  if not account[1] and seed == '' then missing[#missing + 1] = i - 3 end
  open[i] = { tonumber(account[1] or seed) or 0, tonumber(account[2] or '0'), not account[1] }
end
if #missing > 1 then return missing end
local answer = {'reserved', redis.call('GET', KEYS[2]) or ARGV[5]}
local repeated = redis.call('EXISTS', KEYS[3]) == 1
for i = 4, #KEYS do
  local limit = ARGV[(i - 3) * 3 + 3]
  if not repeated and limit ~= '' and open[i][1] + open[i][2] + amount > tonumber(limit) then
    return {'refused', i - 3, open[i][1], open[i][2]}
  end
end
redis.call('SET', KEYS[2], answer[2])
for i = 4, #KEYS do
  if open[i][3] then
    redis.call('HSET', KEYS[i], 'spent', ARGV[(i - 3) * 3 + 5], 'reserved', 0, 'seededAt', serverTime(ARGV[4], ARGV[4]))
    local forgetAt = ARGV[(i - 3) * 3 + 4]
    if forgetAt ~= '' then forget(KEYS[i], forgetAt) end
  end
  if not repeated then open[i][2] = redis.call('HINCRBY', KEYS[i], 'reserved', ARGV[2]) end
  answer[#answer + 1] = open[i][1]
  answer[#answer + 1] = open[i][2]
end
if not repeated then
  local accounts = {}
  for i = 4, #KEYS do accounts[i - 3] = KEYS[i] end
  redis.call('HSET', KEYS[3], 'amount', ARGV[2], 'accounts', cjson.encode(accounts))
  redis.call('ZADD', KEYS[1], serverTime(ARGV[3], ARGV[4]), ARGV[1])
end
return answer`;

/** Lua function that gives back what a hold reserved. An account that was lost meanwhile is left alone. */
const FREE = `
local function free(hold, id)
  local amount, accounts = unpack(redis.call('HMGET', hold, 'amount', 'accounts'))
  redis.call('ZREM', KEYS[1], id)
  redis.call('DEL', hold)
  if not amount then return nil end
  for _, account in ipairs(cjson.decode(accounts)) do
    if amount ~= '0' and redis.call('EXISTS', account) == 1 then redis.call('HINCRBY', account, 'reserved', '-' .. amount) end
  end
  return amount
end`;

/**
 * KEYS: expiry, epoch, hold, accounts… ARGV: id, amount, the epoch of the reservation, when its settlement was first tried, the
 * caller's time, then for each account forgetAt, seed. A hold that is missing was ended before, unless the store has lost all it
 * knew since. Then an account that was seeded before the call ended cannot have it in its seed, and is charged; of others that is
 * not known, which is answered as `lost`.
 */
const SETTLE = `${FREE}${FORGET}${SERVER_TIME}
if redis.call('EXISTS', KEYS[3]) == 0 then
  if ARGV[3] == '' or redis.call('GET', KEYS[2]) == ARGV[3] then return {'settled'} end
  local outcome, endedAt = 'settled', tonumber(serverTime(ARGV[4], ARGV[5]))
  for i = 4, #KEYS do
    local seededAt = redis.call('HGET', KEYS[i], 'seededAt')
    if seededAt and tonumber(seededAt) < endedAt then redis.call('HINCRBY', KEYS[i], 'spent', ARGV[2]) else outcome = 'lost' end
  end
  return { outcome }
end
local missing = {'missing'}
for i = 4, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 and ARGV[(i - 3) * 2 + 5] == '' then missing[#missing + 1] = i - 3 end
end
if #missing > 1 then return missing end
free(KEYS[3], ARGV[1])
for i = 4, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 then
    redis.call('HSET', KEYS[i], 'spent', ARGV[(i - 3) * 2 + 5], 'reserved', 0, 'seededAt', serverTime(ARGV[5], ARGV[5]))
    local forgetAt = ARGV[(i - 3) * 2 + 4]
    if forgetAt ~= '' then forget(KEYS[i], forgetAt) end
  end
  redis.call('HINCRBY', KEYS[i], 'spent', ARGV[2])
end
return {'settled'}`;

/** KEYS: expiry, hold. ARGV: id. */
const RELEASE = `${FREE}
free(KEYS[2], ARGV[1])
return {'released'}`;

/** KEYS: expiry. ARGV: expiresAt, the caller's time, ids… */
const EXTEND = `${SERVER_TIME}
local expiresAt = serverTime(ARGV[1], ARGV[2])
for i = 3, #ARGV do redis.call('ZADD', KEYS[1], 'XX', expiresAt, ARGV[i]) end
return {'extended'}`;

/** KEYS: expiry. ARGV: now, the caller's time, how many, prefix of the holds' keys, how long a swept hold is remembered in ms. Answers id, amount, accounts (JSON), id, amount, accounts… */
const SWEEP = `${FREE}${SERVER_TIME}
local swept = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', serverTime(ARGV[1], ARGV[2]), 'LIMIT', 0, ARGV[3])) do
  local hold = ARGV[4] .. id
  local accounts = redis.call('HGET', hold, 'accounts')
  local amount = free(hold, id)
  if amount then
    redis.call('HSET', hold, 'swept', 1)
    redis.call('PEXPIRE', hold, ARGV[5])
    swept[#swept + 1] = id
    swept[#swept + 1] = amount
    swept[#swept + 1] = accounts
  end
end
return swept`;

/**
 * KEYS: account. ARGV: what the ledger has. What is reserved may be in the ledger already and is yet to be settled, so so much
 * less is certain to have been spent.
 */
const CATCH_UP = `
local spent, reserved = unpack(redis.call('HMGET', KEYS[1], 'spent', 'reserved'))
local least = tonumber(ARGV[1]) - tonumber(reserved or '0')
if spent and tonumber(spent) < least then redis.call('HSET', KEYS[1], 'spent', string.format('%.0f', least)) end
return {'caught up'}`;

export const BUDGET_SCRIPTS = {
  budgetReserve: { lua: RESERVE },
  budgetSettle: { lua: SETTLE },
  budgetRelease: { lua: RELEASE, numberOfKeys: 2 },
  budgetExtend: { lua: EXTEND, numberOfKeys: 1 },
  budgetSweep: { lua: SWEEP, numberOfKeys: 1 },
  budgetCatchUp: { lua: CATCH_UP, numberOfKeys: 1 },
} as const;
