import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { temporaryFolder } from "./temporary-folder.testdata.ts";

const batches = 20;

/** Calls that write files, that make them durable, and the writes to standard output by which a batch is acknowledged. */
const traced = "openat,write,writev,pwrite64,pwritev,pwritev2,msync,fdatasync,fsync";

/** A finished system call of any thread, in the order in which they finished. */
interface Call {
  readonly name: string;
  readonly text: string;
}

/** Puts together the two halves of calls that another thread interrupted; they count when they finish. */
function callsOf(trace: string): Call[] {
  const begun = new Map<string, string>();
  return trace.split("\n").flatMap((line): Call[] => {
    const [, thread = "", text = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const half = /^(.*) <unfinished \.\.\.>$/.exec(text);
    if (half !== null) {
      begun.set(thread, half[1]!);
      return [];
    }
    const rest = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    const whole = rest === null ? text : `${begun.get(thread)}${rest[1]}`;
    const [, name] = /^(\w+)\(/.exec(whole) ?? [];
    return name === undefined ? [] : [{ name, text: whole }];
  });
}

/** What the disk had of the log's file at each acknowledgement. */
function acknowledgements(calls: readonly Call[]): { readonly isDirty: boolean; readonly syncs: number }[] {
  const throughWrites = new Set<string>();
  const found: { isDirty: boolean; syncs: number }[] = [];
  let isDirty = false;
  let syncs = 0;
  for (const { name, text } of calls) {
    const [, opened] = /O_DSYNC.* = (\d+)<.*data\.mdb>$/.exec(text) ?? [];
    if (opened !== undefined) throughWrites.add(opened);
    const [, file = "", path = ""] = /^\w+\((\d+)<([^>]*)>/.exec(text) ?? [];
    const isLog = path.endsWith("data.mdb");
    if (isLog && name.includes("write") && !throughWrites.has(file)) isDirty = true;
    if (isLog && name.endsWith("sync") && / = 0( \(DELAYED\))?$/.test(text)) {
      isDirty = false;
      syncs++;
    }
    if (name === "write" && file === "1" && /"\d+\\n"/.test(text)) {
      found.push({ isDirty, syncs });
      syncs = 0;
    }
  }
  return found;
}

it.each([
  ["acknowledged", "between a write and its acknowledgement"],
  ["readable", "before anybody can read a row, who might carry it on,"],
])("when %s: %s the log's file is synced: seen from the kernel (semantics 12)", async (tells) => {
  const { path, remove } = await temporaryFolder();
  try {
    const program = join(import.meta.dirname, "append-until-killed.testdata.ts");
    const trace = join(path, "trace");
    // A slow disk: an acknowledgement that does not wait for it comes before it.
    const slow = "inject=fdatasync:delay_enter=20000";
    const tracer = ["-f", "-y", "-o", trace, "-e", `trace=${traced}`, "-e", slow];
    const appends = [process.execPath, program, join(path, "log"), "", String(batches), `when ${tells}`];
    await promisify(execFile)("strace", [...tracer, ...appends]);
    const seen = acknowledgements(callsOf(await readFile(trace, "utf8")));
    expect(seen.length).toBe(batches);
    expect(seen.filter(({ isDirty, syncs }) => isDirty || syncs === 0)).toEqual([]);
  } finally {
    await remove();
  }
});
