export { keyTypes, type KeyType, type KeyValue } from "./key-type.ts";
export { keyBytesMax, keyCodeVersion, keyPartsMax } from "./key-code.ts";
export { encodeKey } from "./encode-key.ts";
export { KeyWriter } from "./key-writer.ts";
export { decodeKey } from "./decode-key.ts";
export { normalizeKeyValue } from "./normalize-key-value.ts";
export { partitionOf } from "./partition-of.ts";
export { redisKey, splitRedisKey } from "./redis-key.ts";
export { lmdbKey, splitLmdbKey } from "./lmdb-key.ts";
