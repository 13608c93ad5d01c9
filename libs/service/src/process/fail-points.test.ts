import { spawn } from "node:child_process";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { armFailPoints } from "./fail-points.ts";

const never = {
  pid: 1,
  kill: () => {
    throw new Error("not to be killed");
  },
};

describe("armFailPoints()", () => {
  it("gives no hook where nothing is said", () => {
    expect(armFailPoints(undefined, never)).toBeUndefined();
    expect(armFailPoints("", never)).toBeUndefined();
  });

  it("fires at the hit that is named, once, and not at other places", () => {
    const killed: string[] = [];
    const host = {
      pid: 42,
      kill(pid: number, signal: string) {
        killed.push(`${pid} ${signal}`);
      },
    };
    const hook = armFailPoints("apply.recorded:2, flush.committed:1:error", host)!;
    hook("apply.recorded");
    hook("log.append.begin");
    expect(killed).toEqual([]);
    expect(() => hook("apply.recorded")).toThrow("fail point apply.recorded fired");
    expect(killed).toEqual(["42 SIGKILL"]);
    hook("apply.recorded");
    expect(() => hook("flush.committed")).toThrow(
      expect.objectContaining({ kind: "STORE_UNAVAILABLE" }) as Error,
    );
    expect(killed).toEqual(["42 SIGKILL"]);
  });

  it.each(["apply.recorded", "apply.recorded:0", "nowhere:1", "apply.recorded:1:sleep", "apply.recorded:1,"])(
    "refuses %s with INVALID_CONFIG",
    (text) => {
      expect(() => armFailPoints(text, never)).toThrow(
        expect.objectContaining({ kind: "INVALID_CONFIG" }) as Error,
      );
    },
  );

  it("ends the process as kill -9 does, and says so first", async () => {
    const program = join(import.meta.dirname, "fail-points.testdata.ts");
    const child = spawn(process.execPath, [program], { stdio: ["ignore", "ignore", "pipe"] });
    const ended = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
    const said = (await child.stderr.toArray()).join("");
    expect(await ended).toBe("SIGKILL");
    expect(said).toBe("before\nfail point apply.recorded:1 fired\n");
  });
});
