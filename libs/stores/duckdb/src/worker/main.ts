import { Socket } from "node:net";
import { FrameWriter } from "../wire/frame-writer.ts";
import type { Job } from "../wire/job.ts";
import { toWireError } from "../wire/wire-error.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { Database } from "./database.ts";
import { runTask } from "./run-task.ts";
import { toEngineError } from "./to-engine-error.ts";

/** Descriptor of the pipe to the parent. */
const resultDescriptor = 4;

const pipe = new Socket({ fd: resultDescriptor, readable: false, writable: true });
const frames = new FrameWriter(pipe);

/** A database thread cannot be asked to stop in time, so the process ends itself the hard way. */
function end(): void {
  process.kill(process.pid, "SIGKILL");
}

Database.openAhead();
pipe.on("error", end);
process.on("disconnect", end);
process.on("message", (job: Job) => {
  runTask(job, frames)
    .then(
      (result) => frames.writeValue("result", result),
      (reason: unknown) => frames.writeValue("error", toWireError(toEngineError(reason, job.task))),
    )
    .then(collectGarbage)
    .then(Database.openAhead)
    .catch(end);
});
