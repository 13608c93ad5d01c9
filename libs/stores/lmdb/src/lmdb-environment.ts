import { FeatureStoreError } from "@timewell/errors";
import { open, type Database, type RootDatabase } from "lmdb";
import { mkdir } from "node:fs/promises";

/** Address space set aside for a database by default: 256 GiB. The file only grows as it is filled. */
export const mapBytesDefault = 256 * 1024 ** 3;

/** A database of bytes. */
export type Bytes = Database<Buffer, Buffer>;

/** Where an LMDB environment lives. */
export interface EnvironmentOptions {
  /** Folder; it is made where it is absent. */
  readonly path: string;
  /** Most bytes of the database file. */
  readonly mapBytesMax?: number | undefined;
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
  static async open({ path, mapBytesMax = mapBytesDefault }: EnvironmentOptions): Promise<LmdbEnvironment> {
    try {
      await mkdir(path, { recursive: true });
      const root = open<Buffer, Buffer>({
        path,
        noSubdir: false,
        keyEncoding: "binary",
        encoding: "binary",
        mapSize: mapBytesMax,
        maxDbs: 4,
        // Else a commit is answered before it is flushed.
        overlappingSync: false,
      });
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
   * Runs `work`, which must not await, in a write transaction, and resolves when that is on disk. Where `work` throws, nothing of
   * it is kept and its error is passed on.
   */
  async write<Result>(work: () => Result): Promise<Result> {
    let thrown: { readonly reason: unknown } | undefined;
    const watched = () => {
      try {
        return work();
      } catch (reason) {
        thrown = { reason };
        throw reason;
      }
    };
    try {
      return await this.#root.childTransaction(watched);
    } catch (reason) {
      throw this.#error("write to", thrown === undefined ? reason : thrown.reason);
    }
  }

  /** Ends what is under way and closes the files. */
  async close(): Promise<void> {
    await this.#root.close();
  }

  /** Errors of the engine become STORE_UNAVAILABLE; others are those of the work itself. */
  #error(verb: string, reason: unknown): unknown {
    const ofEngine = reason instanceof Error && ("code" in reason || reason.message.includes("database"));
    return ofEngine && !(reason instanceof FeatureStoreError)
      ? unavailable(`Cannot ${verb} the LMDB folder ${this.path}`, reason)
      : reason;
  }
}

function unavailable(message: string, cause: unknown): FeatureStoreError {
  return new FeatureStoreError("STORE_UNAVAILABLE", message, {
    hint: "See the server's log for the engine's error",
    cause,
  });
}
