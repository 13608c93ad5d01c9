import type { WrittenSegment } from "@timewell/store-ports";
import type { Task } from "../wire/job.ts";
import type { Database } from "./database.ts";

export async function writeSegment(_database: Database, _task: Task): Promise<WrittenSegment> {
  throw new Error("not yet");
}
