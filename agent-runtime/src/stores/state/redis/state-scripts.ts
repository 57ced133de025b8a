/**
 * The state's scripts. All go by the server's clock. Keys that one script touches share a hash tag: all leases do, all
 * limits do, and so do the two keys of a group.
 */

const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** Keeps a key for that long at least. */
const KEEP = `
local function keep(key, ttl)
  if redis.call('PTTL', key) < tonumber(ttl) then redis.call('PEXPIRE', key, ttl) end
end`;

/**
 * KEYS: lease, highest fence. ARGV: owner, ttl, the highest fence that the caller has seen. Answers the fence or nil.
 * A lease is the text `fence:owner`. Fences are the server's time in microseconds, or one more than the highest where that
 * is not enough: so they grow when the server has forgotten them all, and when its clock was put back and it has not.
 */
const ACQUIRE_LEASE = `
local held = redis.call('GET', KEYS[1])
if held and string.match(held, '^%d+:(.*)$') ~= ARGV[1] then return false end
local time = redis.call('TIME')
local highest = math.max(tonumber(redis.call('GET', KEYS[2]) or '0'), tonumber(ARGV[3]))
local fence = string.format('%.0f', math.max(time[1] * 1000000 + time[2], highest + 1))
redis.call('SET', KEYS[2], fence)
redis.call('SET', KEYS[1], fence .. ':' .. ARGV[1], 'PX', ARGV[2])
return fence`;

/** KEYS: lease. ARGV: `fence:owner`, ttl. */
const RENEW_LEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;

/** KEYS: lease. ARGV: `fence:owner`. */
const RELEASE_LEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`;

/** KEYS: limits… ARGV: holder, ttl, places of each limit… Answers 0, or the position of the limit that is full. A limit is a sorted set of holders by the end of their place. */
const TAKE_PLACE = `${CLOCK}${KEEP}
for i = 1, #KEYS do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
  if not redis.call('ZSCORE', KEYS[i], ARGV[1]) and redis.call('ZCARD', KEYS[i]) >= tonumber(ARGV[i + 2]) then return i end
end
for i = 1, #KEYS do
  redis.call('ZADD', KEYS[i], now + ARGV[2], ARGV[1])
  keep(KEYS[i], ARGV[2])
end
return 0`;

/** KEYS: a limit for each place. ARGV: ttl, the holder of each place… */
const RENEW_PLACES = `${CLOCK}${KEEP}
for i = 1, #KEYS do
  redis.call('ZADD', KEYS[i], now + ARGV[1], ARGV[i + 1])
  keep(KEYS[i], ARGV[1])
end
return #KEYS`;

/** KEYS: limits… ARGV: holder. */
const GIVE_PLACE = `
for i = 1, #KEYS do redis.call('ZREM', KEYS[i], ARGV[1]) end
return #KEYS`;

/** KEYS: limit. */
const COUNT_PLACES = `${CLOCK}
return redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')`;

/** KEYS: list. ARGV: item, how many to keep, ttl. */
const APPEND_ITEM = `
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], -ARGV[2], -1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

/** KEYS: values by member, members by their end. ARGV: member, value, ttl. */
const SET_MEMBER = `${CLOCK}${KEEP}
for _, ended in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 100)) do
  redis.call('ZREM', KEYS[2], ended)
  redis.call('HDEL', KEYS[1], ended)
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])
keep(KEYS[1], ARGV[3])
keep(KEYS[2], ARGV[3])
return 1`;

/** KEYS: values by member, members by their end. ARGV: member. */
const DELETE_MEMBER = `
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
return 1`;

/** KEYS: values by member, members by their end. Answers member, value, member, value… */
const MEMBERS = `${CLOCK}
local found = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. now, '+inf')) do
  local value = redis.call('HGET', KEYS[1], member)
  if value then
    found[#found + 1] = member
    found[#found + 1] = value
  end
end
return found`;

export const STATE_SCRIPTS = {
  stateAcquireLease: { lua: ACQUIRE_LEASE, numberOfKeys: 2 },
  stateRenewLease: { lua: RENEW_LEASE, numberOfKeys: 1 },
  stateReleaseLease: { lua: RELEASE_LEASE, numberOfKeys: 1 },
  stateTakePlace: { lua: TAKE_PLACE },
  stateRenewPlaces: { lua: RENEW_PLACES },
  stateGivePlace: { lua: GIVE_PLACE },
  stateCountPlaces: { lua: COUNT_PLACES, numberOfKeys: 1 },
  stateAppendItem: { lua: APPEND_ITEM, numberOfKeys: 1 },
  stateSetMember: { lua: SET_MEMBER, numberOfKeys: 2 },
  stateDeleteMember: { lua: DELETE_MEMBER, numberOfKeys: 2 },
  stateMembers: { lua: MEMBERS, numberOfKeys: 2 },
} as const;
