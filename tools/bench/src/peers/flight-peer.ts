import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** An Arrow Flight server of pyarrow that sends one table, in a process of its own. */
export class FlightPeer {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /** Starts the server on a file with an Arrow stream. */
  static async start(python: string, program: string, arrowFile: string): Promise<FlightPeer> {
    const child = spawn(python, [program, arrowFile], { stdio: ["pipe", "pipe", "inherit"] });
    process.once("exit", () => child.kill("SIGKILL"));
    const ended = once(child, "exit").then(() => {
      throw new Error("the Flight server ended; see its output above");
    });
    ended.catch(() => undefined);
    const [port] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as [string];
    return new FlightPeer(`grpc://127.0.0.1:${port}`, child);
  }

  /** Process id. */
  get pid(): number {
    return this.#child.pid!;
  }

  /** Ends the server. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}
