import { ManualClock } from "@timewell/ttl";
import type { CliIo } from "./cli-io.ts";

/** 2026-01-02T03:04:05.000006Z. */
export const nowUs = 1_767_323_045_000_006n;

/** An io that keeps what is written. */
export function fakeIo(
  over: Partial<CliIo> = {},
): CliIo & { readonly stdout: string; readonly stderr: string } {
  const written = { stdout: "", stderr: "" };
  return {
    async out(text) {
      written.stdout += text;
    },
    err(text) {
      written.stderr += text;
    },
    env: {},
    cwd: "/nowhere",
    clock: new ManualClock(nowUs),
    outIsTerminal: false,
    errIsTerminal: false,
    columns: 100,
    signal: new AbortController().signal,
    ...over,
    get stdout() {
      return written.stdout;
    },
    get stderr() {
      return written.stderr;
    },
  };
}
