import bindings, { type DataChunk, type Vector } from "@duckdb/node-bindings";

/** Bytes of a string_t: its length, then up to 12 bytes inline, or 4 bytes of prefix and a pointer. */
export const stringBytes = 16;

/** Strings up to this length are inline. */
export const inlineBytesMax = 12;

/** Bytes of a list entry: offset and length, 64 bits each. */
export const listEntryBytes = 16;

/** Column of a chunk. All memory read from it is DuckDB's own and lives as long as the chunk. */
export function vectorOf(chunk: DataChunk, column: number): Vector {
  return bindings.data_chunk_get_vector(chunk, column);
}

/** Values of a vector of a fixed width, uncopied. */
export function dataOf(vector: Vector, bytes: number): Uint8Array {
  return bytes === 0 ? new Uint8Array(0) : bindings.vector_get_data(vector, bytes);
}

/** Bits of the rows that are not NULL, least first; undefined where all are. */
export function validityOf(vector: Vector, rows: number): Uint8Array | undefined {
  if (rows === 0) return undefined;
  const words = Math.ceil(rows / 64);
  return (bindings.vector_get_validity(vector, words * 8) as Uint8Array | null) ?? undefined;
}

/** Elements of a list vector and how many they are. */
export function listChildOf(vector: Vector): { readonly child: Vector; readonly size: number } {
  return { child: bindings.list_vector_get_child(vector), size: bindings.list_vector_get_size(vector) };
}

/** Elements of an array vector. */
export function arrayChildOf(vector: Vector): Vector {
  return bindings.array_vector_get_child(vector);
}

/** A part of a struct vector. */
export function structChildOf(vector: Vector, index: number): Vector {
  return bindings.struct_vector_get_child(vector, index);
}

/** Bytes of a string that is not inline, uncopied. `data` are the vector's string_t values. */
export function farBytes(data: Uint8Array, row: number, length: number): Uint8Array {
  return bindings.get_data_from_pointer(
    data.buffer as ArrayBuffer,
    data.byteOffset + row * stringBytes + 8,
    length,
  );
}

/** True iff the row is not NULL. */
export function isValid(validity: Uint8Array | undefined, row: number): boolean {
  return validity === undefined || ((validity[row >> 3]! >> (row & 7)) & 1) === 1;
}
