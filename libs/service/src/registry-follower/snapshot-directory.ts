import { randomUUID } from "node:crypto";
import { open, mkdir, readdir, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { SnapshotSchema, type Snapshot } from "@timewell/contracts";
import type { Logger } from "pino";

const ending = ".snapshot";

/** Snapshots on disk, one file a project, so that a process can start while the registry is down. */
export class SnapshotDirectory {
  readonly #path: string;
  readonly #log: Logger;

  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
  }

  /** Every snapshot that can be read; a damaged one is logged and left out. */
  async load(): Promise<Snapshot[]> {
    await mkdir(this.#path, { recursive: true });
    const names = (await readdir(this.#path)).filter((name) => name.endsWith(ending)).sort();
    const loaded = await Promise.all(names.map((name) => this.#read(name)));
    return loaded.filter((snapshot) => snapshot !== undefined);
  }

  /** Puts a snapshot in the place of the one before it, in one step that survives a crash. */
  async save(snapshot: Snapshot): Promise<void> {
    const path = join(this.#path, `${snapshot.project}${ending}`);
    // Several processes may keep their snapshots in one folder.
    const unfinished = `${path}.${randomUUID()}.tmp`;
    const file = await open(unfinished, "wx");
    try {
      await file.writeFile(toBinary(SnapshotSchema, snapshot));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    await this.#syncFolder();
  }

  /** Forgets a project. */
  async remove(project: string): Promise<void> {
    await unlink(join(this.#path, `${project}${ending}`)).catch(() => undefined);
  }

  async #read(name: string): Promise<Snapshot | undefined> {
    try {
      return fromBinary(SnapshotSchema, await readFile(join(this.#path, name)));
    } catch (err) {
      this.#log.warn({ err, name }, "a snapshot on disk cannot be read; the registry has it");
      return undefined;
    }
  }

  async #syncFolder(): Promise<void> {
    const folder = await open(this.#path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}
