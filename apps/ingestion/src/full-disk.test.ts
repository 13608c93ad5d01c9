import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it } from "vitest";

it("flushSegments() on a full disk says so, leaves no file, and keeps the log; with room it moves everything (semantics 12)", async () => {
  const folder = await mkdtemp(join(tmpdir(), "timewell-full-"));
  try {
    const program = join(import.meta.dirname, "flush-until-full.testdata.ts");
    // A disk of its own, which nobody else sees.
    const onSmallDisk = `mount -t tmpfs -o size=16m tmpfs "$2" && TMPDIR="$2" exec "$0" "$1"`;
    const args = ["--map-root-user", "--mount", "sh", "-c", onSmallDisk, process.execPath, program, folder];
    const child = spawn("unshare", args, { stdio: ["ignore", "pipe", "pipe"] });
    const [output, problems] = await Promise.all([child.stdout.toArray(), child.stderr.toArray()]);
    expect(output.join(""), problems.join("")).not.toBe("");
    expect(JSON.parse(output.join(""))).toEqual({
      refused: expect.stringMatching(
        /^STORE_FULL: Cannot write segment .*: its disk has no room left\. Free space/,
      ) as string,
      whenFull: { segments: 0, files: [] },
      inLog: 500,
      readable: 500,
      withRoom: 500,
      segments: 1,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
