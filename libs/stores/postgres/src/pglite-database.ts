import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FeatureStoreError } from "@timewell/errors";
import { PGlite, types, type Transaction } from "@electric-sql/pglite";
import { lockDirectory, type DirectoryLock } from "./directory-lock.ts";
import { DurableNodeFs, syncPath, type SyncFile } from "./durable-node-fs.ts";
import type { SqlDatabase, SqlIsolation, SqlSession, SqlValue } from "./sql-database.ts";
import { toStoreError, withStoreErrors } from "./to-store-error.ts";

/** PGlite starts PostgreSQL with `-F`: no fsync. fdatasync, the default method, cannot be hooked. */
const startParams = [
  ...PGlite.defaultStartParams.filter((param) => param !== "-F"),
  ...["-c", "fsync=on", "-c", "wal_sync_method=fsync", "-c", "synchronous_commit=on"],
];

/** An embedded PostgreSQL in a folder that only one process uses at a time. Its statements run one after another. */
export class PgliteDatabase implements SqlDatabase {
  readonly #pglite: PGlite;
  readonly #lock: DirectoryLock;
  #closing: Promise<void> | undefined;

  private constructor(pglite: PGlite, lock: DirectoryLock) {
    this.#pglite = pglite;
    this.#lock = lock;
  }

  /**
   * Opens the folder, and makes it where it is not there. STORE_MISCONFIGURED where another process has it open or it
   * cannot be used; STORE_UNAVAILABLE where PGlite does not start.
   */
  static async open(directory: string, syncFile?: SyncFile): Promise<PgliteDatabase> {
    const lock = lockDirectory(directory);
    try {
      const readyFile = join(directory, "ready");
      const dataDir = join(directory, "data");
      if (!existsSync(readyFile)) setAside(dataDir);
      const pglite = await PGlite.create({
        fs: new DurableNodeFs(dataDir, syncFile),
        startParams,
        parsers: { [types.INT8]: BigInt },
      });
      if (!existsSync(readyFile)) {
        syncTree(dataDir);
        writeFileSync(readyFile, "");
        syncPath(readyFile);
        syncPath(directory);
      }
      return new PgliteDatabase(pglite, lock);
    } catch (error) {
      lock.release();
      throw toStoreError(error);
    }
  }

  async query<Row extends object>(text: string, values?: readonly SqlValue[]): Promise<Row[]> {
    return sessionOf(this.#open()).query<Row>(text, values);
  }

  async script(text: string): Promise<void> {
    await sessionOf(this.#open()).script(text);
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>, isolation?: SqlIsolation): Promise<T> {
    let failed: { readonly reason: unknown } | undefined;
    const run = async (transaction: Transaction): Promise<T> => {
      try {
        const session = sessionOf(transaction);
        if (isolation !== undefined) await session.script(`SET TRANSACTION ISOLATION LEVEL ${isolation}`);
        return await work(session);
      } catch (reason) {
        failed = { reason };
        throw reason;
      }
    };
    try {
      return await this.#open().transaction(run);
    } catch (error) {
      // What the work threw is passed on as it is; anything else is trouble with the commit itself.
      throw failed === undefined ? toStoreError(error) : failed.reason;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#pglite.close().finally(() => this.#lock.release());
    return this.#closing;
  }

  #open(): PGlite {
    if (this.#closing === undefined) return this.#pglite;
    throw new FeatureStoreError("STORE_UNAVAILABLE", "Cannot use the embedded PostgreSQL: it is closed");
  }
}

function sessionOf(pglite: PGlite | Transaction): SqlSession {
  return {
    query: async <Row extends object>(text: string, values: readonly SqlValue[] = []) =>
      (await withStoreErrors(pglite.query<Row>(text, [...values]))).rows,
    script: async (text) => void (await withStoreErrors(pglite.exec(text))),
  };
}

/** A data folder that was never ready is left from a first start that broke off: nothing in it was acknowledged. */
function setAside(dataDir: string): void {
  for (let n = 1; existsSync(dataDir); n += 1) {
    const aside = `${dataDir}.incomplete-${n}`;
    if (!existsSync(aside)) renameSync(dataDir, aside);
  }
  mkdirSync(dataDir, { recursive: true });
}

/** Makes everything below a folder durable: the first start writes its files without asking for it. */
function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncPath(path);
  }
  syncPath(folder);
}
