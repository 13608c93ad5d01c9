import { aptInstall } from "./apt-install.ts";
import { findBinary } from "./find-binary.ts";

/** The Debian packages of the servers that tests and benches need and that this machine does not have. */
export function missingPackages(): string[] {
  const missing: string[] = [];
  if (findBinary("redis-server", "valkey-server") === undefined) missing.push("redis-server");
  if (findBinary("initdb") === undefined || findBinary("postgres") === undefined) missing.push("postgresql");
  if (findBinary("prometheus") === undefined || findBinary("promtool") === undefined)
    missing.push("prometheus");
  return missing;
}

/** Tells in one line how to install the missing servers. */
export function installHint(packages: readonly string[]): string {
  return (
    `Cannot find ${packages.join(" and ")} on this machine: the tests start private servers of them. ` +
    `On Debian or Ubuntu run "sudo apt-get install --no-install-recommends ${packages.join(" ")}"; ` +
    `elsewhere put redis-server (or valkey-server), the PostgreSQL server programs, prometheus and promtool in the PATH.`
  );
}

/**
 * Sees to it that the programs of Redis, PostgreSQL and Prometheus are there: installs them where this process is root on a
 * machine with apt-get, else prints how to install them and ends the process with exit code 1.
 */
export function ensureServers(): void {
  const packages = missingPackages();
  if (packages.length === 0) return;
  if (aptInstall(packages) && missingPackages().length === 0) return;
  console.error(installHint(packages));
  process.exit(1);
}
