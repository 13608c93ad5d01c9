/**
 * The code of a composite key.
 *
 * ```
 * key     = [version u8 = 0x01] part*                      0 … 8 parts, at most 1,024 bytes
 * part    = [0x10]                                         BOOL false
 *         | [0x11]                                         BOOL true
 *         | [0x20] [i64, big-endian, sign bit flipped]     INT32 and INT64: int32 5 = int64 5
 *         | [0x30] [i64, big-endian, sign bit flipped]     TIMESTAMP, µs
 *         | [0x40] escaped [0x00]                          STRING, UTF-8
 *         | [0x50] escaped [0x00]                          BYTES
 * escaped = each byte as it is, but 0x00 as [0x00 0xFF]
 * ```
 *
 * Injective: a tag says how its part ends, so parts cannot smear into one another, and values of different tags
 * differ in the tag. After a 0x00 comes 0xFF (an escaped NUL), a tag, or the end; no tag is 0xFF.
 *
 * Ordered: bytes compare as tuples do. Flipped integers compare as unsigned bytes; UTF-8 compares by code point; a text
 * that ends is followed by 0x00 and a tag or the end, which is less than any further byte, an escaped NUL included.
 *
 * A Redis key is `{` + code + `}` + view id. Redis hashes what is between the first `{` and the first `}` after it, but
 * the whole key where nothing is between. The first `{` is always ours. The first `}` is inside the code (a text may
 * contain one) or right behind it: before the view id in both cases, so that all views of an entity hash alike. The
 * version byte keeps the tag from being empty, also for a global entity, which has no parts.
 *
 * A new tag is above 0x11, below 0x7B, and never one of those above; a tag is never given another meaning. A change
 * of what is written for an old type is a new version byte and a rebuild of every online store.
 */
export const keyCodeVersion = 0x01;

/** Most parts of a composite key. */
export const keyPartsMax = 8;

/** Most bytes of an encoded key, version byte included. */
export const keyBytesMax = 1024;

/** Tags of parts; see the drawing above. */
export const keyTags = {
  false: 0x10,
  true: 0x11,
  integer: 0x20,
  timestamp: 0x30,
  string: 0x40,
  bytes: 0x50,
} as const;
