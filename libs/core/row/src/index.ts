export {
  scalarTypes,
  type FeatureType,
  type FeatureValue,
  type RowField,
  type ScalarType,
  type ScalarValue,
} from "./feature-type.ts";
export type { RowHeader } from "./row-header.ts";
export {
  compareVersion,
  encodeStoredRow,
  encodeStoredTiles,
  headerBytes,
  isStoredTiles,
  payloadOf,
  readHeader,
  rowBytesMax,
  writeAvailableTime,
} from "./stored-row.ts";
export { orderOfCreated, orderOfLog, orderOfRun } from "./order.ts";
export { compileRowCodec, type RowCodec } from "./row-codec.ts";
export { compileCanonicalCheck, type IsCanonicalPayload } from "./canonical-payload.ts";
export { cutPayload, cutPayloadInto, fieldMask } from "./cut-payload.ts";
export { readVarint, skipValue, varintEnd } from "./skip-value.ts";
export { WireReader } from "./wire-reader.ts";
export { elementTag, elementType, wireTypeOf, wireTypes } from "./wire.ts";
export { listElementsMax, normalizeFeatureValue } from "./normalize-feature-value.ts";
