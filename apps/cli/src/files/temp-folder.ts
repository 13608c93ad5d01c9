import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs with a fresh folder that is gone afterwards. `near` is the folder to make it in; absent: the system's. */
export async function withTempFolder<T>(use: (folder: string) => Promise<T>, near = tmpdir()): Promise<T> {
  const folder = await mkdtemp(join(near, ".timewell-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
