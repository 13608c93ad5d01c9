import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";

/** Gives a file that is written its name, once it is on disk: it is there as a whole or not at all, also after a crash. */
export async function makeDurable(partial: string, path: string): Promise<{ bytes: number; sha256: string }> {
  await syncFile(partial);
  const written = await digest(partial);
  await rename(partial, path);
  await syncFile(dirname(path));
  return written;
}

/** Also for folders: a renamed file is durable when its folder is. */
async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function digest(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  const stream = createReadStream(path);
  await pipeline(stream, hash);
  return { bytes: stream.bytesRead, sha256: hash.digest("hex") };
}
