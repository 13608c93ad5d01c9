import { FeatureStoreError } from "@timewell/errors";
import { open, type Database, type RootDatabase } from "lmdb";
import { mkdir, open as openFile, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Address space set aside at the start: 64 GiB. The file itself grows as it is filled; where it outgrows this, the
 * engine maps it anew, which other processes that have it open notice late. So it is more than an embedded store needs.
 */
const mapBytes = 64 * 1024 ** 3;

/** A write that fails while its disk has less room than this fails for want of it: more than one write ever takes. */
const roomMinBytes = 64 * 1024 ** 2;

/** A database of bytes. */
export type Bytes = Database<Buffer, Buffer>;

/** Where an LMDB environment lives. */
export interface EnvironmentOptions {
  /** Folder; it is made where it is absent. */
  readonly path: string;
}

/**
 * An open LMDB environment. A transaction is answered only after its fdatasync; transactions that are begun while one
 * is being flushed share the next flush.
 */
export class LmdbEnvironment {
  readonly path: string;
  readonly #root: RootDatabase<Buffer, Buffer>;

  private constructor(path: string, root: RootDatabase<Buffer, Buffer>) {
    this.path = path;
    this.#root = root;
  }

  /** Opens the environment, and makes its folder where it is absent. STORE_UNAVAILABLE where that fails. */
  static async open({ path }: EnvironmentOptions): Promise<LmdbEnvironment> {
    try {
      await mkdir(path, { recursive: true });
      const root = open<Buffer, Buffer>({
        path,
        noSubdir: false,
        keyEncoding: "binary",
        encoding: "binary",
        mapSize: mapBytes,
        maxDbs: 4,
        // Else a commit can be read, and carried on to the online store, before it is flushed.
        overlappingSync: false,
      });
      // LMDB flushes its files, but not the names of new ones.
      await syncFolder(path);
      await syncFolder(dirname(resolve(path)));
      return new LmdbEnvironment(path, root);
    } catch (cause) {
      throw unavailable(`Cannot open the LMDB folder ${path}`, cause);
    }
  }

  /** Opens a named database of the environment. */
  database(name: string): Bytes {
    return this.#root.openDB<Buffer, Buffer>({ name, keyEncoding: "binary", encoding: "binary" });
  }

  /** Runs `work` on the newest committed state; all that it reads at once is of one transaction. */
  read<Result>(work: () => Result): Result {
    try {
      this.#root.resetReadTxn();
      return work();
    } catch (reason) {
      throw this.#error("read", reason);
    }
  }

  /**
   * Runs `work`, which must not await, in a write transaction, and resolves when that is on disk. Where `work` throws,
   * nothing of it is kept and its error is passed on.
   */
  async write<Result>(work: () => Result): Promise<Result> {
    let ofWork: { readonly reason: unknown } | undefined;
    const watched = () => {
      try {
        return work();
      } catch (reason) {
        // The engine's own errors carry its number.
        if (!(reason instanceof Error && "code" in reason)) ofWork = { reason };
        throw reason;
      }
    };
    try {
      const done = this.#root.childTransaction(watched);
      setImmediate(() => this.#handleBatch());
      return await done;
    } catch (thrown) {
      if (ofWork !== undefined) throw ofWork.reason;
      const reason = await commitErrorOf(thrown);
      await this.#refuseWhenFull(reason);
      throw this.#error("write to", reason);
    }
  }

  /** Ends what is under way and closes the files. */
  async close(): Promise<void> {
    await this.#root.close();
  }

  /**
   * At the end of a turn of the event loop the engine makes a promise for the batch of that turn and tells nobody: its rejection, where the
   * commit fails, would end the process. What failed is told by the transactions of the batch.
   */
  #handleBatch(): void {
    void this.#root.committed.then(undefined, () => undefined);
  }

  /** The engine says no more than that its write failed. */
  async #refuseWhenFull(cause: unknown): Promise<void> {
    const { bavail, bsize } = await statfs(this.path);
    const bytesLeft = bavail * bsize;
    if (bytesLeft >= roomMinBytes) return;
    throw new FeatureStoreError(
      "STORE_FULL",
      `Cannot write to the LMDB folder ${this.path}: its disk has ${bytesLeft} bytes left`,
      { hint: "Free space there; writes go on by themselves then", cause },
    );
  }

  #error(verb: string, reason: unknown): FeatureStoreError {
    if (reason instanceof FeatureStoreError) return reason;
    return unavailable(`Cannot ${verb} the LMDB folder ${this.path}`, reason);
  }
}

/**
 * What a commit failed of: lmdb throws an error that has it as a promise, which ends the process where nobody handles its
 * rejection.
 */
async function commitErrorOf(thrown: unknown): Promise<unknown> {
  const { commitError } = thrown as { readonly commitError?: Promise<unknown> };
  if (commitError === undefined) return thrown;
  return commitError.then(
    () => thrown,
    (reason: unknown) => reason,
  );
}

async function syncFolder(path: string): Promise<void> {
  const folder = await openFile(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function unavailable(message: string, cause: unknown): FeatureStoreError {
  return new FeatureStoreError("STORE_UNAVAILABLE", message, {
    hint: "See the server's log for the engine's error",
    cause,
  });
}
