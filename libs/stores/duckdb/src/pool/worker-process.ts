import { rm } from "node:fs/promises";
import { fork, type ChildProcess } from "node:child_process";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { FeatureStoreError } from "@timewell/errors";
import { spillFolder } from "../wire/spill-folder.ts";
import { FrameReader } from "../wire/frame-reader.ts";
import type { Frame } from "../wire/frames.ts";
import type { DatabaseLimits, Job } from "../wire/job.ts";

const workerPath = fileURLToPath(new URL("../worker/main.ts", import.meta.url));

/** Index of the result pipe among the child's descriptors. */
const resultDescriptor = 4;

/** Bytes of a worker's last words that are kept as the cause of a crash. */
const lastWordsMax = 4096;

/** One child process. It does one job at a time, and does not keep its parent alive while it has none. */
export class WorkerProcess {
  /** Settles when the process is gone. */
  readonly exited: Promise<void>;
  private readonly child: ChildProcess;
  private readonly pipe: Duplex;
  private readonly frames: FrameReader;
  private lastWords = "";
  private exit: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  private killed = false;
  private limits: DatabaseLimits | undefined;

  constructor() {
    this.child = fork(workerPath, [], {
      stdio: ["ignore", "ignore", "pipe", "ipc", "pipe"],
      serialization: "advanced",
      execArgv: ["--disable-warning=ExperimentalWarning", "--expose-gc"],
      env: {},
    });
    this.pipe = this.child.stdio[resultDescriptor] as Duplex;
    this.frames = new FrameReader(this.pipe);
    this.child.stderr?.on("data", (words: Buffer) => {
      this.lastWords = (this.lastWords + words.toString("utf8")).slice(-lastWordsMax);
    });
    this.exited = new Promise((resolve) => {
      const gone = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.exit = { code, signal };
        void this.removeSpill().then(resolve);
      };
      this.child.once("exit", gone);
      this.child.once("error", (error) => {
        this.lastWords += String(error);
        gone(null, null);
      });
    });
    this.setKeepsAlive(false);
  }

  /** Process id; undefined where it could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  get isUsable(): boolean {
    return !this.killed && this.exit === undefined;
  }

  /** Hands over a job. */
  start(job: Job): void {
    this.setKeepsAlive(true);
    this.limits = job.limits;
    this.child.send(job, () => undefined);
  }

  /** The next frame of the job; fails where the process dies first. */
  async next(): Promise<Frame> {
    const frame = await this.frames.next();
    if (frame !== undefined) return frame;
    if (!this.killed) await this.exited;
    throw this.crash();
  }

  /** Called when the job has ended. */
  rest(): void {
    this.setKeepsAlive(false);
  }

  /** Ends the process at once, whatever it is doing. */
  kill(): void {
    this.killed = true;
    // So that whoever waits for the end sees it.
    this.child.ref();
    this.child.kill("SIGKILL");
    this.pipe.destroy();
  }

  /** A process that was killed leaves its spilled rows behind. */
  private async removeSpill(): Promise<void> {
    const { pid } = this.child;
    if (this.limits === undefined || pid === undefined) return;
    await rm(spillFolder(this.limits, pid), { recursive: true, force: true }).catch(() => undefined);
  }

  private setKeepsAlive(keeps: boolean): void {
    const handles = [this.child, this.child.channel, this.pipe, this.child.stderr];
    for (const handle of handles as ({ ref?(): void; unref?(): void } | null | undefined)[]) {
      if (keeps) handle?.ref?.();
      else handle?.unref?.();
    }
  }

  private crash(): FeatureStoreError {
    const { code, signal } = this.exit ?? { code: null, signal: null };
    const cause = `worker ended with code ${code}, signal ${signal}: ${this.lastWords}`;
    if (this.killed)
      return new FeatureStoreError("CANCELLED", "Cannot finish the job: it was stopped", { cause });
    if (signal === "SIGKILL" || signal === "SIGABRT") {
      return new FeatureStoreError("LIMIT_EXCEEDED", "Cannot finish the job: its process ran out of memory", {
        hint: "Ask for fewer rows or columns, or raise the engine's memory limit",
        cause,
      });
    }
    if (signal === "SIGSEGV" || signal === "SIGBUS" || signal === "SIGFPE" || signal === "SIGILL") {
      return new FeatureStoreError(
        "DATA_LOSS",
        "Cannot finish the job: its process crashed while it read the files",
        { hint: "Check whether the files of this request are damaged", cause },
      );
    }
    return new FeatureStoreError("INTERNAL", "Cannot finish the job: its process ended", { cause });
  }
}
