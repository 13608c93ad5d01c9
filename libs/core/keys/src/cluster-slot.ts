const closeBrace = 0x7d;
const slots = 16_384;
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc & 0xffff;
});

/**
 * The Cluster slot, 0 … 16,383, of every Redis key of an entity (`redisKey`): CRC16 (XMODEM) of the hash tag, which is the
 * code of the entity's key up to its first `}`.
 */
export function clusterSlot(entityKey: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < entityKey.length; i++) {
    const byte = entityKey[i]!;
    if (byte === closeBrace) break;
    crc = ((crc << 8) & 0xffff) ^ table[(crc >>> 8) ^ byte]!;
  }
  return crc % slots;
}
