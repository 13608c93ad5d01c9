import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { findBinary } from "./find-binary.ts";

const policyFile = "/usr/sbin/policy-rc.d";

function apt(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const result = spawnSync("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=120", ...args], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return result.status === 0;
}

/** Debian starts a server as soon as it is installed; a policy that denies this keeps the machine quiet. */
function withoutServiceStart(install: () => boolean): boolean {
  const isOurPolicy = !existsSync(policyFile);
  if (isOurPolicy) writeFileSync(policyFile, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    return install();
  } finally {
    if (isOurPolicy) rmSync(policyFile, { force: true });
  }
}

/** Installs Debian packages where this process is root on a machine with apt-get. False where it cannot. */
export function aptInstall(packages: readonly string[]): boolean {
  if (process.getuid?.() !== 0 || findBinary("apt-get") === undefined) return false;
  console.error(`Installing ${packages.join(" and ")} with apt-get.`);
  const args = ["install", "-y", "--no-install-recommends", ...packages];
  return withoutServiceStart(() => apt("update") && apt(...args));
}
