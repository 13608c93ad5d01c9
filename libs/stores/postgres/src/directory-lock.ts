import { linkSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import { FeatureStoreError } from "@timewell/errors";

/** The right to use a folder. */
export interface DirectoryLock {
  /** Gives it up. Calling again does nothing. */
  release(): void;
}

/** Who holds, or held, a folder. */
interface Holder {
  /** 0: it was given up. */
  readonly pid: number;
  readonly host: string;
  /** Tells the process from a later one with the same pid: boot and start time; empty where the machine cannot say. */
  readonly incarnation: string;
}

const claimName = /^claim-(\d{1,15})$/;

/**
 * Takes a folder for this process, and makes it where it is not there. STORE_MISCONFIGURED, with the holder's pid, where another
 * running process has it. The claim of a process that died is taken over.
 *
 * Claims are files with ascending numbers, in `<folder>/lock`; the holder is the one with the greatest. A claim
 * appears with its content in one step (a hard link) that fails where its number is taken, and the greatest one is
 * never removed, so that of two processes which both find a dead holder only one gets the folder.
 */
export function lockDirectory(folder: string): DirectoryLock {
  const lockFolder = join(folder, "lock");
  mkdirSync(lockFolder, { recursive: true });
  for (;;) {
    const latest = Math.max(0, ...claims(lockFolder));
    if (latest > 0) refuseWhereHeld(folder, join(lockFolder, `claim-${latest}`));
    const mine = latest + 1;
    if (!claim(lockFolder, mine)) continue;
    if (Math.max(...claims(lockFolder)) === mine) {
      for (const older of claims(lockFolder)) if (older < mine) removeClaim(lockFolder, older);
      return { release: releaser(join(lockFolder, `claim-${mine}`)) };
    }
    // A number below the greatest was free because its owner is long gone: start again from the greatest.
    removeClaim(lockFolder, mine);
  }
}

function claims(lockFolder: string): number[] {
  return readdirSync(lockFolder).flatMap((name) => {
    const match = claimName.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
}

function claim(lockFolder: string, number: number): boolean {
  const draft = join(lockFolder, `draft-${randomUUID()}`);
  const holder: Holder = { pid: process.pid, host: hostname(), incarnation: incarnationOf(process.pid) };
  writeFileSync(draft, JSON.stringify(holder));
  try {
    linkSync(draft, join(lockFolder, `claim-${number}`));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function removeClaim(lockFolder: string, number: number): void {
  rmSync(join(lockFolder, `claim-${number}`), { force: true });
}

function releaser(path: string): () => void {
  let released = false;
  return () => {
    if (released) return;
    released = true;
    writeFileSync(path, JSON.stringify({ pid: 0, host: "", incarnation: "" } satisfies Holder));
  };
}

function refuseWhereHeld(folder: string, path: string): void {
  const holder = readHolder(path);
  if (holder === undefined || !isRunning(holder)) return;
  const elsewhere = holder.host === hostname() ? "" : ` on host ${holder.host}`;
  throw new FeatureStoreError(
    "STORE_MISCONFIGURED",
    `Cannot open ${folder}: process ${holder.pid}${elsewhere} has it open`,
    {
      hint:
        elsewhere === ""
          ? "Stop that process, or use another folder"
          : `Stop that process, or remove ${path} if that host is gone`,
    },
  );
}

/** Undefined where the claim has just been removed, or was cut short by a crash of the machine. */
function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Holder;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isRunning(holder: Holder): boolean {
  if (holder.pid === 0) return false;
  // Nobody can tell from here whether a process of another host runs.
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return incarnationOf(holder.pid) === holder.incarnation;
}

/** Start time of a process and the id of the boot, from Linux's /proc; empty elsewhere. */
function incarnationOf(pid: number): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold anything; the start time is the 20th field after it.
    return `${boot} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return "";
  }
}
