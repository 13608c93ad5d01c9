import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);
const timeoutMs = 120_000;

/** One call of h2load: the same request a number of times over one connection. */
export interface H2loadRun {
  /** Path of h2load. */
  readonly program: string;
  readonly url: string;
  /** File with the body of each request. */
  readonly bodyFile: string;
  /** `name:value` each. */
  readonly headers: readonly string[];
  readonly requests: number;
  /** Requests that wait for their answer at a time. */
  readonly inFlight: number;
  readonly http1: boolean;
}

/** What h2load saw. */
export interface H2loadCounts {
  /** Answers with an HTTP status of 2xx. gRPC answers its errors with 200, too. */
  readonly status2xx: number;
  /** Requests without any answer. */
  readonly failed: number;
  /** Bytes of all answers, without headers: a gRPC error has none. */
  readonly bodyBytes: number;
}

/** Runs h2load to its end. */
export async function runH2load(run: H2loadRun): Promise<H2loadCounts> {
  const { stdout } = await execute(run.program, h2loadArgs(run), { timeout: timeoutMs, encoding: "utf8" });
  return parseH2load(stdout);
}

/** The arguments of h2load. HTTP/1.1 cannot have more than one request with a body on its way, so it takes connections. */
export function h2loadArgs(run: H2loadRun): string[] {
  const inFlight = String(Math.min(run.inFlight, run.requests));
  return [
    ...(run.http1 ? ["--h1", "-c", inFlight] : ["-c", "1", "-m", inFlight]),
    ...["-n", String(run.requests), "-d", run.bodyFile],
    ...run.headers.flatMap((header) => ["-H", header]),
    run.url,
  ];
}

/** Reads what h2load prints at its end. */
export function parseH2load(output: string): H2loadCounts {
  return {
    status2xx: numberIn(output, /^status codes: (\d+) 2xx/m),
    failed: numberIn(output, /^requests: .* (\d+) failed/m),
    bodyBytes: numberIn(output, /^traffic: .*\((\d+)\) data$/m),
  };
}

function numberIn(output: string, pattern: RegExp): number {
  const found = pattern.exec(output)?.[1];
  if (found === undefined) throw new Error(`Cannot read what h2load printed:\n${output.slice(-1000)}`);
  return Number(found);
}
