import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { makeTempFolder, removeTempFolder } from "@timewell/setup";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockDirectory } from "./directory-lock.ts";

let folder: string;

beforeEach(() => {
  folder = makeTempFolder("lock");
});

afterEach(() => removeTempFolder(folder));

function leaveClaim(number: number, holder: object | string): void {
  mkdirSync(join(folder, "lock"), { recursive: true });
  const content = typeof holder === "string" ? holder : JSON.stringify(holder);
  writeFileSync(join(folder, "lock", `claim-${number}`), content);
}

/** The pid of a process that has just ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

const refusal = { kind: "STORE_MISCONFIGURED" };

describe("lockDirectory()", () => {
  it("refuses a folder that is taken, naming the pid, until it is released", () => {
    const lock = lockDirectory(folder);
    expect(() => lockDirectory(folder)).toThrow(`process ${process.pid} has it open`);
    expect(() => lockDirectory(folder)).toThrow(expect.objectContaining(refusal));
    lock.release();
    lock.release();
    const next = lockDirectory(folder);
    lock.release();
    expect(() => lockDirectory(folder)).toThrow(expect.objectContaining(refusal));
    next.release();
  });

  it("takes over the claim of a process that died", () => {
    leaveClaim(7, { pid: deadPid(), host: hostname(), incarnation: "" });
    lockDirectory(folder);
    expect(readdirSync(join(folder, "lock"))).toEqual(["claim-8"]);
  });

  it("takes over the claim of an earlier process with a pid that runs again", () => {
    leaveClaim(1, { pid: process.pid, host: hostname(), incarnation: "another boot 1" });
    lockDirectory(folder);
  });

  it("takes over a claim that a crash of the machine cut short", () => {
    leaveClaim(1, '{"pid":12');
    lockDirectory(folder);
  });

  it("refuses a folder that a process of another host has", () => {
    leaveClaim(1, { pid: 1, host: "elsewhere", incarnation: "" });
    expect(() => lockDirectory(folder)).toThrow("process 1 on host elsewhere has it open");
  });

  it("lets one of many processes take over, whenever they start", async () => {
    leaveClaim(3, { pid: deadPid(), host: hostname(), incarnation: "" });
    const module = new URL("./directory-lock.ts", import.meta.url).href;
    const program = `
      const { lockDirectory } = await import(${JSON.stringify(module)});
      try { lockDirectory(${JSON.stringify(folder)}); console.log("taken"); } catch (e) { console.log(e.kind); }
      process.stdin.on("end", () => process.exit()).resume();
    `;
    const racers = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["pipe", "pipe", "inherit"] }),
    );
    const words = await Promise.all(
      racers.map(
        ({ stdout }) => new Promise((resolve) => stdout.once("data", (it) => resolve(`${it}`.trim()))),
      ),
    );
    for (const { stdin } of racers) stdin.end();
    expect(words.sort()).toEqual([...Array.from({ length: 5 }, () => "STORE_MISCONFIGURED"), "taken"]);
  });
});
