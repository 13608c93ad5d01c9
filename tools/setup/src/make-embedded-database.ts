import { readProgram } from "./runner.ts";
import { makeTempFolder } from "./temp-folder.ts";

const program = `import { openPglite } from "@timewell/store-postgres";
await (await openPglite(process.argv[1])).close();`;

/** Makes the embedded database that a standalone app makes with its first start, in about 8 s of a core, and returns its folder. */
export async function makeEmbeddedDatabase(): Promise<string> {
  const folder = makeTempFolder("embedded");
  await readProgram(process.execPath, ["--input-type=module", "--eval", program, folder]);
  return folder;
}
