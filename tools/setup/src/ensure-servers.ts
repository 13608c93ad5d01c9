import { aptInstall } from "./apt-install.ts";
import { findBinary } from "./find-binary.ts";
import { missingKafka } from "./missing-kafka.ts";
import { missingPython } from "./missing-python.ts";

/** The Debian packages of the servers that tests and benches need and that this machine does not have. */
export function missingServers(): string[] {
  const missing: string[] = [];
  if (findBinary("redis-server", "valkey-server") === undefined) missing.push("redis-server");
  if (findBinary("initdb") === undefined || findBinary("postgres") === undefined) missing.push("postgresql");
  if (findBinary("prometheus") === undefined || findBinary("promtool") === undefined)
    missing.push("prometheus");
  return missing;
}

/** The Debian packages of everything that the tests need besides Node and that this machine does not have. */
export function missingPackages(): string[] {
  const tracer = findBinary("strace") === undefined ? ["strace"] : [];
  return [...missingServers(), ...missingKafka(), ...missingPython(), ...tracer];
}

/** Tells in one line how to install the missing programs. */
export function installHint(packages: readonly string[]): string {
  return (
    `Cannot find ${packages.join(" and ")} on this machine: the tests start private servers, and run the Python package. ` +
    `On Debian or Ubuntu run "sudo apt-get install --no-install-recommends ${packages.join(" ")}"; ` +
    `elsewhere put redis-server (or valkey-server), the PostgreSQL server programs, prometheus and promtool, java (17 or later) and mvn, strace, and python3 (3.10 or later, with venv) in the PATH.`
  );
}

/**
 * Sees to it that programs are there: installs their packages where this process is root on a machine with apt-get, else
 * prints how to install them and ends the process with exit code 1.
 */
function ensure(missing: () => string[]): void {
  const packages = missing();
  if (packages.length === 0) return;
  if (aptInstall(packages) && missing().length === 0) return;
  console.error(installHint(packages));
  process.exit(1);
}

/** Sees to it that the programs of Redis, PostgreSQL and Prometheus are there, or ends the process. */
export function ensureServers(): void {
  ensure(missingServers);
}

/** Sees to it that everything is there that the tests need besides Node, or ends the process. */
export function ensureTestPrograms(): void {
  ensure(missingPackages);
}
