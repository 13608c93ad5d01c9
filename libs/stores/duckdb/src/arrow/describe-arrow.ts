import type { FileColumn } from "@timewell/store-ports";

/** Columns. */
export async function describeArrow(_path: string): Promise<FileColumn[]> {
  return [];
}
