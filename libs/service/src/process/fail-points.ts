import { writeSync } from "node:fs";

import { FeatureStoreError } from "@timewell/errors";
import { type FailPoint, failPoints, type FailPointHook } from "@timewell/store-ports";

/** What ends the process at a fail point; `process` itself in main.ts. */
export interface FailPointHost {
  readonly pid: number;
  kill(pid: number, signal: "SIGKILL"): unknown;
}

interface Armed {
  readonly hit: number;
  readonly action: "kill" | "error";
}

const stderr = 2;

/**
 * Makes the hook of what TIMEWELL_FAIL_POINTS says: `name:hit` ends the process as kill -9 does when the place is reached for the
 * hit-th time, from 1; `name:hit:error` throws STORE_UNAVAILABLE there instead; several are joined by commas. What has fired is said on
 * standard error. Undefined where the text is empty. INVALID_CONFIG where it cannot be read.
 */
export function armFailPoints(text: string | undefined, host: FailPointHost): FailPointHook | undefined {
  if (text === undefined || text === "") return undefined;
  const armed = new Map<FailPoint, Armed[]>();
  for (const one of text.split(",")) {
    const { name, ...what } = parse(one.trim());
    armed.set(name, [...(armed.get(name) ?? []), what]);
  }
  const hits = new Map<FailPoint, number>();
  return (name) => {
    const hit = (hits.get(name) ?? 0) + 1;
    hits.set(name, hit);
    const due = armed.get(name)?.find((it) => it.hit === hit);
    if (due === undefined) return;
    // Synchronous: after the kill nothing is written any more.
    writeSync(stderr, `fail point ${name}:${hit} fired\n`);
    if (due.action === "kill") host.kill(host.pid, "SIGKILL");
    throw new FeatureStoreError("STORE_UNAVAILABLE", `Cannot go on: fail point ${name} fired`);
  };
}

function parse(text: string): Armed & { readonly name: FailPoint } {
  const [, name, hit, action = "kill"] = /^([a-z.-]+):([1-9]\d{0,8})(?::(error))?$/.exec(text) ?? [];
  const known = failPoints.find((it) => it === name);
  if (known === undefined)
    throw new FeatureStoreError(
      "INVALID_CONFIG",
      `Cannot read ${JSON.stringify(text)} in TIMEWELL_FAIL_POINTS: expected name:hit or name:hit:error with one of ${failPoints.join(", ")}`,
      { hint: "Remove the variable: it is for tests" },
    );
  return { name: known, hit: Number(hit), action: action as Armed["action"] };
}
