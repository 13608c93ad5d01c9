/**
 * The removal of partition ARGV[1] in the hash KEYS[1]: the last one, or the next where ARGV[2] says `next` or there was none. Removals are
 * numbered by the server's time, so that numbers also grow where one lost its data.
 */
export const removalScript = `
local seen = redis.call('HGET', KEYS[1], ARGV[1])
if seen and ARGV[2] ~= 'next' then return seen end
local time = redis.call('TIME')
local number = time[1] * 1000000 + time[2]
if seen and tonumber(seen) >= number then number = tonumber(seen) + 1 end
local digits = string.format('%020.0f', number)
redis.call('HSET', KEYS[1], ARGV[1], digits)
return digits
`;

/** Notes in the hash KEYS[1] of a slot that the removal ARGV[2] of partition ARGV[1] was there, unless a later one was. */
export const noteRemovalScript = `
local seen = redis.call('HGET', KEYS[1], ARGV[1])
if not seen or tonumber(seen) < tonumber(ARGV[2]) then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
`;
