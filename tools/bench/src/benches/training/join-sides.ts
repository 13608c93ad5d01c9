import type { PythonWorker } from "../../harness/python-worker.ts";
import type { AppProcess } from "../../harness/app-process.ts";
import { RunVoid } from "./run-void.ts";
import type { JoinSize } from "./training-sizes.ts";
import { joinQuestion, type TrainingWorld } from "./training-world.ts";

/** A run of a side that takes longer has failed, ms. */
export const runMsMax = 600_000;

/** What a run of a side gives. */
export interface JoinAnswer {
  readonly ms: number;
  /** Processor time of the side's own process, ms. */
  readonly cpuMs: number;
  readonly rows: number;
  /** By column, where they were asked for. */
  readonly digests?: readonly string[];
}

/** One side of a join: runs it once. */
export type JoinSide = (extra?: object) => Promise<JoinAnswer>;

/** Our side: a training set of a service from a server, with labels of a file that the server reads. */
export function timewellSide(
  world: TrainingWorld,
  worker: PythonWorker,
  server: AppProcess,
  size: JoinSize,
  mode: "EVENT_TIME" | "AVAILABLE" = "EVENT_TIME",
): JoinSide {
  const own = {
    url: server.url,
    service: size.service,
    labelsName: `labels_${size.name}.parquet`,
    mode,
    isSent: false,
  };
  const question = { ...joinQuestion(world, size), ...own };
  return async (extra) => {
    const answer = await worker
      .ask<JoinAnswer>({ ...question, ...extra }, runMsMax)
      .catch((cause: unknown) => {
        throw new RunVoid(`Cannot read the training set: ${(cause as Error).message}`, { cause });
      });
    if (answer.rows !== size.labels) throw new RunVoid(`Got ${answer.rows} rows for ${size.labels} labels`);
    return answer;
  };
}

/** A peer's side. */
export function peerSide(world: TrainingWorld, worker: PythonWorker, size: JoinSize, own: object): JoinSide {
  const question = { ...joinQuestion(world, size), ...own };
  return (extra) => worker.ask<JoinAnswer>({ ...question, ...extra }, runMsMax);
}
