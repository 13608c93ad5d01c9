import bindings, { type Vector } from "@duckdb/node-bindings";

/**
 * Copies bytes to the start of a vector. The bindings copy without checks, so the bytes are taken as a view that exists.
 */
export function writeData(vector: Vector, bytes: Uint8Array): void {
  bindings.copy_data_to_vector(vector, 0, bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}

/** Sets which rows are not NULL, least bit first. */
export function writeValidity(vector: Vector, bits: Uint8Array): void {
  bindings.vector_ensure_validity_writable(vector);
  bindings.copy_data_to_vector_validity(
    vector,
    0,
    bits.buffer as ArrayBuffer,
    bits.byteOffset,
    bits.byteLength,
  );
}

/** Sets the text or bytes of a row. */
export function writeText(vector: Vector, row: number, bytes: Uint8Array): void {
  bindings.vector_assign_string_element_len(vector, row, bytes);
}
