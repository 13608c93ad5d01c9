import type { ViewHistory } from "@timewell/store-ports";
import type { FrameWriter } from "../wire/frame-writer.ts";
import type { Database } from "./database.ts";

export async function scanSegments(
  _database: Database,
  _history: ViewHistory,
  _frames: FrameWriter,
): Promise<{ rows: number }> {
  throw new Error("not yet");
}
