/**
 * The hash of one log partition on a Cluster.
 *
 * ```
 * marker       made up when the hash is made: another one where the hash was lost and made again
 * epoch        highest epoch seen
 * generation   digest of all 64 markers when the holder of that epoch passed
 * watermark    position up to which everything is applied
 * counted      generation under which the watermark was written
 * ```
 */
export const partitionFields = ["marker", "epoch", "generation", "watermark", "counted"] as const;

/** Makes the hash KEYS[1] where it is not there, with marker ARGV[1]; answers the marker that it has. */
export const markerScript = `
redis.call('HSETNX', KEYS[1], 'marker', ARGV[1])
return redis.call('HGET', KEYS[1], 'marker')
`;

/**
 * Passes the fence of the partition with hash KEYS[1], and moves its watermark.
 *
 * ```
 * ARGV  1 epoch   2 "held" where the holder has passed before   3 watermark, empty for none   4 generation
 * ```
 *
 * A holder that has passed before is refused where the generation is another one since: a part of the Cluster has lost its data.
 */
export const fenceScript = `
local epoch, generation, watermark, counted =
  unpack(redis.call('HMGET', KEYS[1], 'epoch', 'generation', 'watermark', 'counted'))
if epoch and epoch > ARGV[1] then return redis.error_reply('FENCED ' .. epoch) end
if ARGV[2] == 'held' and (not epoch or generation ~= ARGV[4]) then return redis.error_reply('FENCED 0') end
if epoch ~= ARGV[1] or generation ~= ARGV[4] then
  redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'generation', ARGV[4])
end
if ARGV[3] ~= '' and (not watermark or counted ~= ARGV[4] or watermark < ARGV[3]) then
  redis.call('HSET', KEYS[1], 'watermark', ARGV[3], 'counted', ARGV[4])
end
return 'OK'
`;
