import { rm } from "node:fs/promises";
import { makeDurable } from "./make-durable.ts";
import { partialPath } from "./task-paths.ts";

/** Makes a file that is there as a whole and durable, or not at all: `write` gets another name to write to. */
export async function publishFile(
  path: string,
  write: (partial: string) => Promise<void>,
): Promise<{ bytes: number; sha256: string }> {
  const partial = partialPath(path);
  try {
    await write(partial);
    return await makeDurable(partial, path);
  } catch (reason) {
    await rm(partial, { force: true });
    throw reason;
  }
}
