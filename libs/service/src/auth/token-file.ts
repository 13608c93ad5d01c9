import { FeatureStoreError } from "@timewell/errors";
import { scopes, type Scope } from "./scope.ts";

/** A token that may call, by its digest. */
export interface TokenEntry {
  /** Who it is; shown in logs and in `applied_by`. */
  readonly name: string;
  readonly scope: Scope;
  /** SHA-256 of the token. */
  readonly digest: Buffer;
}

/**
 * Reads a token file: lines `name scope sha256hex` (`#` begins a comment), or a JSON list of `{name, scope, sha256}`.
 * INVALID_CONFIG names the line, never its digest.
 */
export function parseTokenFile(text: string, path: string): TokenEntry[] {
  const entries = text.trimStart().startsWith("[") ? readJson(text, path) : readLines(text, path);
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (seen.has(name)) throw wrong(path, `the name ${JSON.stringify(name)} is there twice`);
    seen.add(name);
  }
  if (entries.length === 0) throw wrong(path, "it holds no token");
  return entries;
}

function readLines(text: string, path: string): TokenEntry[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const words = line.replace(/#.*$/, "").trim().split(/\s+/);
    if (words.length === 1 && words[0] === "") return [];
    return [
      readEntry(words[0], words[1], words.length === 3 ? words[2] : undefined, `line ${index + 1}`, path),
    ];
  });
}

function readJson(text: string, path: string): TokenEntry[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw wrong(path, "it begins like JSON and is not"); // The parser's own message would quote the content.
  }
  if (!Array.isArray(list)) throw wrong(path, "it is not a JSON list");
  return list.map((item: unknown, index) => {
    const { name, scope, sha256 } = (item ?? {}) as Record<string, unknown>;
    return readEntry(name, scope, sha256, `element ${index}`, path);
  });
}

function readEntry(name: unknown, scope: unknown, sha256: unknown, where: string, path: string): TokenEntry {
  const known = scopes.find((candidate) => candidate === scope);
  const isName = typeof name === "string" && /^[\w.@-]{1,63}$/.test(name);
  const isDigest = typeof sha256 === "string" && /^[0-9a-f]{64}$/i.test(sha256);
  if (!isName || known === undefined || !isDigest) {
    throw wrong(path, `${where} is not \`name scope sha256\` with scope ${scopes.join(", ")}`);
  }
  return { name, scope: known, digest: Buffer.from(sha256, "hex") };
}

function wrong(path: string, why: string): FeatureStoreError {
  return new FeatureStoreError(
    "INVALID_CONFIG",
    `Cannot read the token file ${JSON.stringify(path)}: ${why}`,
    {
      field: "--tokens",
      hint: 'Make a digest with: printf %s "$TOKEN" | sha256sum.',
    },
  );
}
