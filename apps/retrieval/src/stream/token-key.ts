import { createHash } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import type { RetrievalDeps } from "../retrieval-deps.ts";

/** Characters of a key's file: 256 bits in hex. */
const keyChars = 64;

/**
 * The key that resume tokens are sealed with: one for all servers of a store, in a file under the offline root that the first of them
 * makes.
 */
export async function tokenKey(deps: Pick<RetrievalDeps, "offlineRoot" | "newId">): Promise<Uint8Array> {
  const path = join(deps.offlineRoot, "token.key");
  return (await readKey(path)) ?? (await makeKey(deps, path));
}

async function makeKey(
  { offlineRoot, newId }: Pick<RetrievalDeps, "offlineRoot" | "newId">,
  path: string,
): Promise<Uint8Array> {
  await mkdir(offlineRoot, { recursive: true });
  const temporary = join(offlineRoot, `${newId()}.key.part`);
  try {
    const key = createHash("sha256").update(`${newId()} ${newId()} ${newId()}`).digest("hex");
    await using file = await open(temporary, "wx", 0o600);
    await file.writeFile(key);
    await file.sync();
    // Of two servers that make a key at once one is too late, and takes that of the other.
    await link(temporary, path).catch((reason: NodeJS.ErrnoException) => {
      if (reason.code !== "EEXIST") throw reason;
    });
  } finally {
    await rm(temporary, { force: true });
  }
  return (await readKey(path))!;
}

async function readKey(path: string): Promise<Uint8Array | undefined> {
  const text = await readFile(path, "latin1").catch((reason: NodeJS.ErrnoException) => {
    if (reason.code === "ENOENT") return undefined;
    throw reason;
  });
  if (text === undefined) return undefined;
  if (text.length !== keyChars) throw new Error(`${path} holds no key`);
  return Buffer.from(text, "hex");
}
