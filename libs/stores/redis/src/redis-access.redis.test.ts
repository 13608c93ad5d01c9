import { encodeKey } from "@timewell/keys";
import { encodeStoredRow } from "@timewell/row";
import { freePort, startRedis } from "@timewell/setup";
import { Redis } from "ioredis";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openRedisOnlineStore, type RedisOnlineStoreOptions } from "./redis-online-store.ts";

const entityKey = encodeKey(["INT64"], [1n]);
const header = { deleted: false, eventTimeUs: 1n, order: 1n, availableTimeUs: undefined };
const row = encodeStoredRow(header, Uint8Array.of(1, 2, 3));

/** Writes a row and reads it back; resolves to the databases that have keys. */
async function writeAndRead(options: RedisOnlineStoreOptions, admin: Redis): Promise<string> {
  const errors: unknown[] = [];
  const store = await openRedisOnlineStore({ ...options, onConnectionError: (error) => errors.push(error) });
  try {
    await store.apply([{ viewId: 7, entityKey, row, stampAvailableTime: false }]);
    const found = await store.read([
      { viewId: 7, entityKey },
      { viewId: 8, entityKey },
    ]);
    expect(found.map((each) => each && Buffer.from(each))).toEqual([Buffer.from(row), undefined]);
    await store.check();
    expect(errors).toEqual([]);
    return await admin.info("keyspace");
  } finally {
    await store.close();
  }
}

it("reads and writes as a user with a password, in a database of its own", async () => {
  const server = await startRedis();
  const admin = new Redis(server.url);
  try {
    await admin.call("ACL", "SETUSER", "features", "on", ">pass:word/", "~*", "+@all");
    const url = server.url.replace("://", "://features:pass%3Aword%2F@");
    expect(await writeAndRead({ url: `${url}/3` }, admin)).toMatch(/db3:keys=\d/);
    await admin.config("SET", "requirepass", "secret");
    expect(await writeAndRead({ url: `${server.url.replace("://", "://:secret@")}/4` }, admin)).toMatch(
      /db4:/,
    );
  } finally {
    admin.disconnect();
    await server.stop();
  }
});

it("reads and writes over TLS, and not where the certificate is another's", async () => {
  const folder = mkdtempSync(join(tmpdir(), "timewell-redis-tls-"));
  const server = await startRedis();
  const admin = new Redis(server.url);
  try {
    const files = { key: join(folder, "key.pem"), cert: join(folder, "cert.pem") };
    const made = ["-keyout", files.key, "-out", files.cert, "-days", "2", "-subj", "/CN=localhost"];
    const names = ["-addext", "subjectAltName=DNS:localhost"];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...made, ...names], {
      stdio: "pipe",
    });
    const tlsPort = await freePort();
    for (const [name, value] of [
      ["tls-cert-file", files.cert],
      ["tls-key-file", files.key],
      ["tls-ca-cert-file", files.cert],
      ["tls-auth-clients", "no"],
      ["tls-port", String(tlsPort)],
    ] as const)
      await admin.config("SET", name, value);
    const tls = { ca: readFileSync(files.cert) };
    expect(await writeAndRead({ url: `rediss://localhost:${tlsPort}`, tls }, admin)).toMatch(/db0:/);
    const other = await openRedisOnlineStore({ url: `rediss://127.0.0.1:${tlsPort}`, tls });
    await expect(other.read([{ viewId: 7, entityKey }])).rejects.toMatchObject({ kind: "STORE_UNAVAILABLE" });
    await other.close();
  } finally {
    admin.disconnect();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
});
