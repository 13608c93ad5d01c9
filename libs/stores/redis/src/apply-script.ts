/** Hash of log partition → highest epoch seen; of partition 64 the last removal. */
export const epochsKey = "timewell:epochs";

/** Hash of log partition → watermark. */
export const watermarksKey = "timewell:watermarks";

/** Flags of a row that `applyScript` gets, one byte each. Bit 6 is always set, so that the byte is printable. */
export const rowFlags = { none: 64, stamp: 1, expires: 2 } as const;

/** Bytes that `applyScript` answers for each row: `0` or `1` for written, then the eight bytes of the available time. */
export const outcomeBytes = 9;

/** Digits of an epoch or watermark: padded, so that texts compare as numbers do, in any locale. */
export const counterDigits = 20;

/**
 * Applies a chunk of rows in one atomic step.
 *
 * ```
 * KEYS  1 epochs   2 watermarks   3 … row keys
 * ARGV  1 partition, empty for no fence   2 epoch   3 watermark, empty for none
 *       4 sum of modes: 1 replaces equal rows, 2 refuses where the partition is not known, 4 remembers no epoch
 *       5 flags, one byte a row   6 … rows   then, iff any row expires, an expiry in ms for every row
 * ```
 *
 * Strings of Lua compare by the server's locale, so rows are compared as four numbers of 32 bits, which doubles hold
 * exactly. So is time: microseconds are below 2^53, split into high and low halves. Arguments of calls are text, as Redis takes long to
 * write numbers.
 */
export const applyScript = `
local call, unpack, sub, byte = redis.call, struct.unpack, string.sub, string.byte
local rows = #KEYS - 2
local partition, epoch, watermark, replace, flags = ARGV[1], ARGV[2], ARGV[3], ARGV[4] % 2 == 1, ARGV[5]
if partition ~= '' then
  local seen = call('HGET', KEYS[1], partition)
  if seen and seen > epoch then return redis.error_reply('FENCED ' .. seen) end
  if not seen and ARGV[4] % 4 >= 2 then return redis.error_reply('FENCED 0') end
  if seen ~= epoch and ARGV[4] - 4 < 0 then call('HSET', KEYS[1], partition, epoch) end
end

local time = call('TIME')
local nowUs = time[1] * 1000000 + time[2]
local nowLow = nowUs % 4294967296
local nowHigh = (nowUs - nowLow) / 4294967296 + 2147483648
local now = struct.pack('>I4I4', nowHigh, nowLow)
local none = string.rep('\\0', 8)
local out = {}

for i = 1, rows do
  local key, row, flag = KEYS[i + 2], ARGV[i + 5], byte(flags, i)
  local stored = call('GETRANGE', key, '2', '25')
  local a, b, c, d = unpack('>I4I4I4I4', row, 3)
  local difference = 1
  if stored ~= '' then
    local e, f, g, h = unpack('>I4I4I4I4', stored)
    difference = a - e
    if difference == 0 then difference = b - f end
    if difference == 0 then difference = c - g end
    if difference == 0 then difference = d - h end
  end
  local available
  if difference == 0 and not replace then
    available = sub(stored, 17, 24)
  else
    if flag % 2 == 1 then
      if difference == 0 then available = sub(stored, 17, 24) end
      if available == nil or available == none then
        if a > nowHigh or (a == nowHigh and b > nowLow) then available = sub(row, 3, 10) else available = now end
      end
      if difference >= 0 then row = sub(row, 1, 18) .. available .. sub(row, 27) end
    else
      available = sub(row, 19, 26)
    end
    if difference >= 0 then
      if flag % 4 >= 2 then
        call('SET', key, row, 'PXAT', ARGV[i + rows + 5])
      else
        call('SET', key, row)
      end
    end
  end
  out[2 * i - 1] = (difference > 0 or (difference == 0 and replace)) and '1' or '0'
  out[2 * i] = available
end

if partition ~= '' and watermark ~= '' then
  local before = call('HGET', KEYS[2], partition)
  if not before or before < watermark then call('HSET', KEYS[2], partition, watermark) end
end
return table.concat(out)
`;

/**
 * Removes those of KEYS whose event time is before ARGV[1] (the eight bytes of a header) and answers how many they
 * were. It looks at each row again, so that one that changed since it was found stays.
 */
export const garbageScript = `
local high, low = struct.unpack('>I4I4', ARGV[1])
local removed = 0
for i = 1, #KEYS do
  local time = redis.call('GETRANGE', KEYS[i], 2, 9)
  if #time == 8 then
    local a, b = struct.unpack('>I4I4', time)
    if a < high or (a == high and b < low) then removed = removed + redis.call('UNLINK', KEYS[i]) end
  end
end
return removed
`;
