import { DataType, tableFromIPC, type Vector } from "apache-arrow";
import { ColumnDigest } from "./column-digest.ts";

/** Digests each column of an Arrow IPC stream. Times count as the whole numbers that they are stored as. */
export function arrowDigests(bytes: Uint8Array): string[] {
  const arrow = tableFromIPC(bytes);
  return arrow.schema.fields.map((_, i) => digestOf(arrow.getChildAt(i)!));
}

function digestOf(vector: Vector): string {
  const digest = new ColumnDigest();
  for (const data of vector.data) {
    for (let row = 0; row < data.length; row++) {
      if (!data.getValid(row)) digest.add(null);
      else digest.add(DataType.isBool(data.type) ? bit(data.values, data.offset + row) : data.values[row]);
    }
  }
  return digest.finish();
}

function bit(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at >> 3]! >> (at & 7)) & 1) === 1;
}
