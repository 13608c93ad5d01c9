import { fsyncSync, openSync, closeSync } from "node:fs";
import { dirname } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

/** Makes a file's content durable. The descriptor is open. */
export type SyncFile = (descriptor: number) => void;

interface FsNode {
  readonly name: string;
}

interface FsStream {
  /** Descriptor in this process; a folder has none. */
  readonly nfd?: number;
}

/** The parts of the file system inside PGlite that are hooked: it passes calls on to `node:fs`. */
interface InnerNodeFs {
  realPath(node: FsNode): string;
  readonly stream_ops: { fsync?: (stream: FsStream) => number };
  readonly node_ops: {
    mknod: (parent: FsNode, name: string, mode: number, dev: number) => FsNode;
    rename: (node: FsNode, newParent: FsNode, newName: string) => void;
  };
}

type InitOptions = Parameters<NodeFS["init"]>[1];

/** `EIO` in the numbering that PGlite's file system uses. */
const ioErrorNumber = 29;

/**
 * The folder that PGlite keeps its files in, with a working fsync. PGlite comes with fsync turned into nothing: its
 * PostgreSQL asks for it at the right moments (the log before a commit returns, data files before a checkpoint counts),
 * and the request is lost. Here it reaches the disk. Folders whose entries have changed are made durable with the next file,
 * because PGlite cannot open a folder to fsync it.
 */
export class DurableNodeFs extends NodeFS {
  readonly #syncFile: SyncFile;
  readonly #changedFolders = new Set<string>();

  constructor(dataDir: string, syncFile: SyncFile = fsyncSync) {
    super(dataDir);
    this.#syncFile = syncFile;
  }

  override async init(pglite: PGlite, options: InitOptions): ReturnType<NodeFS["init"]> {
    const result = await super.init(pglite, options);
    const hook = (module: unknown) => this.#hook((module as { NODEFS: InnerNodeFs }).NODEFS);
    const { preRun } = result.emscriptenOpts;
    const before = Array.isArray(preRun) ? preRun : preRun === undefined ? [] : [preRun];
    return { emscriptenOpts: { ...result.emscriptenOpts, preRun: [...before, hook] } };
  }

  #hook(inner: InnerNodeFs): void {
    const { mknod, rename } = inner.node_ops;
    inner.node_ops.mknod = (parent, name, mode, dev) => {
      this.#changedFolders.add(inner.realPath(parent));
      return mknod(parent, name, mode, dev);
    };
    inner.node_ops.rename = (node, newParent, newName) => {
      this.#changedFolders.add(dirname(inner.realPath(node))).add(inner.realPath(newParent));
      rename(node, newParent, newName);
    };
    inner.stream_ops.fsync = (stream) => {
      try {
        if (stream.nfd !== undefined) this.#syncFile(stream.nfd);
        this.#syncFolders();
        return 0;
      } catch {
        // PostgreSQL gets the error and stops rather than acknowledge the commit.
        return ioErrorNumber;
      }
    };
  }

  #syncFolders(): void {
    for (const folder of this.#changedFolders) {
      syncPath(folder);
      this.#changedFolders.delete(folder);
    }
  }
}

/** Makes a file, or the entries of a folder, durable. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
