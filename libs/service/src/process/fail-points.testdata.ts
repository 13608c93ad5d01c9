import { writeSync } from "node:fs";

import { armFailPoints } from "./fail-points.ts";

/** A process of its own that reaches a fail point. */
const hook = armFailPoints("apply.recorded:1", process);
writeSync(2, "before\n");
hook?.("apply.recorded");
writeSync(2, "after\n");
