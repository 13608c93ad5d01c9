import { join } from "node:path";

import type { Segment } from "@timewell/store-ports";

/** Absolute paths of a view version's segments. */
export function segmentPaths(offlineRoot: string, segments: readonly Segment[], viewId: number): string[] {
  return segments
    .filter((segment) => segment.viewId === viewId)
    .map((segment) => join(offlineRoot, segment.path));
}
