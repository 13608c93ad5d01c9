import { makeTempFolder } from "@timewell/setup";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { markerLine } from "./header.ts";
import { writeGenerated } from "./write-generated.ts";

const file = (path: string, text = "") => ({ path, content: markerLine("//") + text });
const read = (folder: string, path: string) => readFileSync(join(folder, path), "utf8");

describe("writeGenerated()", () => {
  test("writes what differs and leaves the rest alone", async () => {
    const folder = makeTempFolder("gen");
    const first = [file("a.ts", "1"), file("deep/er/b.ts", "1")];
    expect((await writeGenerated(folder, first, false)).map(({ written }) => written)).toEqual([true, true]);
    const { mtimeMs } = statSync(join(folder, "a.ts"));
    const again = await writeGenerated(folder, [first[0]!, file("deep/er/b.ts", "2")], false);
    expect(again).toEqual([
      { path: "a.ts", written: false },
      { path: "deep/er/b.ts", written: true },
    ]);
    expect(statSync(join(folder, "a.ts")).mtimeMs).toBe(mtimeMs);
    expect(read(folder, "deep/er/b.ts")).toBe(`${markerLine("//")}2`);
  });

  test("refuses to overwrite what it did not write, before it writes anything, unless forced", async () => {
    const folder = makeTempFolder("gen");
    writeFileSync(join(folder, "b.ts"), "mine\n");
    const files = [file("a.ts"), file("b.ts")];
    await expect(writeGenerated(folder, files, false)).rejects.toMatchObject({
      kind: "INVALID_REQUEST",
      message: expect.stringContaining("b.ts is there and not generated"),
    });
    expect(() => read(folder, "a.ts")).toThrow("ENOENT");
    await writeGenerated(folder, files, true);
    expect(read(folder, "b.ts")).toBe(markerLine("//"));
  });

  test("keeps the __init__.py of somebody else, even when forced", async () => {
    const folder = makeTempFolder("gen");
    mkdirSync(join(folder, "p"));
    writeFileSync(join(folder, "p/__init__.py"), "mine = 1\n");
    const written = await writeGenerated(folder, [file("p/__init__.py")], true);
    expect(written).toEqual([{ path: "p/__init__.py", written: false }]);
    expect(read(folder, "p/__init__.py")).toBe("mine = 1\n");
  });
});
