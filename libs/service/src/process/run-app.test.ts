import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FeatureStoreError } from "@timewell/errors";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { integerOption, pathOption } from "../config/options.ts";
import { runApp, type RunningApp } from "./run-app.ts";

/** A process that only notes down what happens to it. */
function fakeProcess(...args: string[]) {
  const signals = new Map<string, () => void>();
  const exited = Promise.withResolvers<number>();
  let stdout = "";
  let stderr = "";
  return {
    argv: ["node", "main.ts", ...args],
    env: {},
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    on: (signal: string, listener: () => void) => signals.set(signal, listener),
    exit: (code: number) => exited.resolve(code),
    exited: exited.promise,
    send: (signal: string) => signals.get(signal)?.(),
    text: () => ({ stdout, stderr }),
  };
}

describe("runApp()", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "timewell-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const app = (start: () => Promise<RunningApp>) => ({
    name: "thing",
    version: "1",
    summary: "Does a thing.",
    options: {
      count: integerOption({ describe: "Count", min: 0, max: 9, default: 1 }),
      portFile: pathOption({ describe: "Addresses" }),
    },
    start,
  });
  const endpoints = [{ name: "one", url: "http://127.0.0.1:1" }];

  it("prints where it answers, for people and as JSON, also to the port file", async () => {
    const host = fakeProcess("--port-file", join(folder, "ports"));
    await runApp(
      app(async () => ({ endpoints, stop: async () => undefined })),
      host,
    );
    const { stdout, stderr } = host.text();
    expect(JSON.parse(stdout)).toEqual({
      ready: true,
      name: "thing",
      endpoints: { one: "http://127.0.0.1:1" },
    });
    expect(stderr).toBe("thing is ready: one http://127.0.0.1:1\n");
    expect(await readFile(join(folder, "ports"), "utf8")).toBe(stdout);
  });

  it.each(["SIGTERM", "SIGINT"])("%s stops the app and ends with 0", async (signal) => {
    let stopped = false;
    const host = fakeProcess();
    await runApp(
      app(async () => ({
        endpoints,
        stop: async () => {
          stopped = true;
        },
      })),
      host,
    );
    host.send(signal);
    expect(await host.exited).toBe(0);
    expect(stopped).toBe(true);
  });

  it("SIGHUP reloads, a second SIGTERM ends at once with 1", async () => {
    let reloads = 0;
    const host = fakeProcess();
    await runApp(
      app(async () => ({ endpoints, reload: () => reloads++, stop: () => new Promise(() => undefined) })),
      host,
    );
    host.send("SIGHUP");
    expect(reloads).toBe(1);
    host.send("SIGTERM");
    host.send("SIGTERM");
    expect(await host.exited).toBe(1);
  });

  it.each([
    ["a wrong setting", ["--count", "10"], undefined, 2, "thing: Cannot use --count"],
    [
      "an unsafe config",
      [],
      new FeatureStoreError("INVALID_CONFIG", "Cannot listen"),
      2,
      "thing: Cannot listen\n",
    ],
    [
      "a store that is down",
      [],
      new FeatureStoreError("STORE_UNAVAILABLE", "No answer"),
      1,
      "thing: No answer\n",
    ],
  ])("ends after %s with a code and one line", async (_name, args, error, code, text) => {
    const host = fakeProcess(...args);
    await runApp(
      app(async () => {
        throw error;
      }),
      host,
    );
    expect(await host.exited).toBe(code);
    expect(host.text().stderr).toContain(text);
    expect(host.text().stdout).toBe("");
  });

  it("--help shows the options and starts nothing", async () => {
    const host = fakeProcess("--help");
    await runApp(
      app(async () => {
        throw new Error("started");
      }),
      host,
    );
    expect(host.text().stdout).toContain("--port-file PATH");
    expect(host.text().stderr).toBe("");
  });
});
