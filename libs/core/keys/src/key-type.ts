/** Types that a join key may have. TIMESTAMP is microseconds since the Unix epoch, UTC. */
export const keyTypes = ["BOOL", "INT32", "INT64", "STRING", "BYTES", "TIMESTAMP"] as const;

/** Type of a join key. */
export type KeyType = (typeof keyTypes)[number];

/** A part of an entity key in memory: INT32, INT64 and TIMESTAMP are bigint, so that int32 5 and int64 5 are one key. */
export type KeyValue = boolean | bigint | string | Uint8Array;
