import { mkdir, open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { withTempFolder } from "./temp-folder.ts";

/**
 * Lets `write` fill a temporary file beside `path` and puts it in place when all is on disk: the file appears whole, or an
 * older one stays as it is. `write` gets the temporary path and a folder for anything else; both are gone afterwards.
 */
export async function writeWholeFile<T>(
  path: string,
  write: (temporaryPath: string, folder: string) => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  return withTempFolder(async (folder) => {
    const temporaryPath = join(folder, basename(path));
    const result = await write(temporaryPath, folder);
    const handle = await open(temporaryPath, "r+");
    await handle.sync().finally(() => handle.close());
    await rename(temporaryPath, path);
    return result;
  }, dirname(path));
}
