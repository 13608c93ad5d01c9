import { writeFileSync } from "node:fs";
import path from "node:path";
import { makeTempFolder } from "@timewell/setup";
import { expect, test } from "vitest";
import { selfTimes } from "./cpu-profile.ts";

function node(id: number, functionName: string, url: string, children: number[] = []) {
  return { id, callFrame: { functionName, url, lineNumber: 4 }, children };
}

test("selfTimes() sums up samples between two instants, leaves waiting out, and gives native functions to their callers", () => {
  const profile = {
    nodes: [
      node(1, "(root)", "", [2, 3]),
      node(2, "(idle)", ""),
      node(3, "send", "file:///a.ts", [4]),
      node(4, "writev", ""),
    ],
    startTime: 1000,
    samples: [3, 4, 2, 4, 3],
    timeDeltas: [10, 10, 10, 10, 10],
  };
  const file = path.join(makeTempFolder("bench"), "a.cpuprofile");
  writeFileSync(file, JSON.stringify(profile));
  expect(selfTimes(file, 1015, 1045)).toEqual([
    { name: "writev", url: "", line: 5, owner: "file:///a.ts", us: 20 },
  ]);
  expect(selfTimes(file, 0, 2000)[0]).toEqual({
    ...{ name: "send", url: "file:///a.ts", line: 5, owner: "file:///a.ts", us: 20 },
  });
});
