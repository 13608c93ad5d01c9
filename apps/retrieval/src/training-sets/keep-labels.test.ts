import { createHash } from "node:crypto";
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { keepLabels, keptLabels } from "./keep-labels.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("keepLabels()", () => {
  let labelsRoot: string;
  let elsewhere: string;
  let ids = 0;
  const newId = () => `id-${++ids}`;
  beforeAll(async () => {
    labelsRoot = await mkdtemp(join(tmpdir(), "timewell-kept-"));
    elsewhere = await mkdtemp(join(tmpdir(), "timewell-labels-"));
  });
  afterAll(async () => {
    await rm(labelsRoot, { recursive: true, force: true });
    await rm(elsewhere, { recursive: true, force: true });
  });

  it.each([
    ["labels of a call", () => labelsRoot, "arrow"],
    ["a file of somebody else", () => elsewhere, "csv"],
  ] as const)("keeps %s, once per digest, whatever becomes of the file", async (_, folder, format) => {
    const text = `labels as ${format}`;
    const digest = sha256(text);
    const path = join(folder(), `x.${format}`);
    await writeFile(path, text);
    expect(await keptLabels({ labelsRoot }, digest)).toBeUndefined();
    await Promise.all([1, 2, 3].map(() => keepLabels({ labelsRoot, newId }, { digest, format, path })));
    await rm(path);
    await keepLabels({ labelsRoot, newId }, { digest, format, path });
    const kept = await keptLabels({ labelsRoot }, digest);
    expect(kept).toMatchObject({ digest, format });
    expect(await readFile(kept!.path, "utf8")).toBe(text);
    expect((await readdir(labelsRoot)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("keeps nothing of a file that has changed meanwhile", async () => {
    const path = join(elsewhere, "changed.csv");
    await writeFile(path, "labels");
    const digest = sha256("labels");
    await appendFile(path, "more");
    const refused = keepLabels({ labelsRoot, newId }, { digest, format: "csv", path });
    await expect(refused).rejects.toMatchObject({ kind: "INVALID_LABELS" });
    expect(await keptLabels({ labelsRoot }, digest)).toBeUndefined();
  });

  it("finds nothing under what is no digest", async () => {
    expect(await keptLabels({ labelsRoot }, "../x")).toBeUndefined();
  });
});
