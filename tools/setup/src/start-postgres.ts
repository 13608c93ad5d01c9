import { spawnSync } from "node:child_process";
import { chmodSync, chownSync } from "node:fs";
import path from "node:path";
import { installHint } from "./ensure-servers.ts";
import { findBinary } from "./find-binary.ts";
import { freePort } from "./free-port.ts";
import { endProcess, startProcess, wrapCommand } from "./private-process.ts";
import type { PrivateServer } from "./private-server.ts";
import { makeTempFolder, removeTempFolder } from "./temp-folder.ts";

/** A private PostgreSQL; the role is `timewell`, without a password. */
export interface PostgresServer extends PrivateServer {
  /** Makes an empty database and returns where to connect to it. */
  createDatabase(name: string): Promise<string>;
}

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  readonly psql: string;
}

function findPrograms(): Programs {
  const initdb = findBinary("initdb");
  const postgres = findBinary("postgres");
  const psql = findBinary("psql");
  if (initdb === undefined || postgres === undefined || psql === undefined) {
    throw new Error(installHint(["postgresql"]));
  }
  return { initdb, postgres, psql };
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`, or `nobody` where there is no such user. */
function otherUser(): { name: string; uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    const id = (flag: string) => spawnSync("id", [flag, name], { encoding: "utf8" });
    const uid = id("-u");
    if (uid.status === 0) return { name, uid: Number(uid.stdout), gid: Number(id("-g").stdout) };
  }
  throw new Error(
    "Cannot start PostgreSQL as root: found no user postgres or nobody to run it as. Add one of them.",
  );
}

function run(command: readonly string[]): void {
  const [program, ...args] = command;
  const result = spawnSync(program as string, args, { cwd: "/", encoding: "utf8" });
  if (result.status === 0) return;
  const reason = result.error?.message ?? result.stderr.trim();
  throw new Error(`Cannot run ${path.basename(program as string)} for the private PostgreSQL: ${reason}`);
}

const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: "64MB",
  // The durability of the tests' engine is part of what they test.
  fsync: "on",
  synchronous_commit: "on",
  log_min_messages: "warning",
};

/** Starts a private PostgreSQL. Throws where the programs are missing or it does not start. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPrograms();
  const user = otherUser();
  const port = await freePort();
  const folder = makeTempFolder("postgres");
  const data = path.join(folder, "data");
  chmodSync(folder, 0o700);
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const initdb = [programs.initdb, "-D", data, "-U", "timewell", "-A", "trust", "-E", "UTF8", "--locale=C"];
  run(wrapCommand([...initdb, "--no-sync"], user?.name));
  const options = Object.entries({ ...settings, port: String(port) }).flatMap(([k, v]) => [
    "-c",
    `${k}=${v}`,
  ]);
  const urlOf = (database: string) => `postgres://timewell@127.0.0.1:${port}/${database}`;
  const query = (sql: string) => [
    programs.psql,
    "-X",
    "-q",
    "-v",
    "ON_ERROR_STOP=1",
    "-d",
    urlOf("postgres"),
    "-c",
    sql,
  ];
  const isReady = () => {
    const [command, ...args] = query("SELECT 1");
    return Promise.resolve(spawnSync(command as string, args, { stdio: "ignore" }).status === 0);
  };
  const start = () =>
    startProcess({
      name: "postgres",
      command: programs.postgres,
      args: ["-D", data, ...options],
      logFile: path.join(folder, "postgres.log"),
      ...(user === undefined ? {} : { user: user.name }),
      deathSignal: "QUIT",
      isReady,
      readyTimeoutMs: 30_000,
    });
  let child = await start();
  return {
    url: urlOf("postgres"),
    port,
    createDatabase: (name) => {
      run(query(`CREATE DATABASE "${name.replaceAll('"', '""')}"`));
      return Promise.resolve(urlOf(name));
    },
    stop: async () => {
      await endProcess(child, "SIGINT");
      removeTempFolder(folder);
    },
    kill: () => endProcess(child, "SIGKILL"),
    restart: async () => {
      await endProcess(child, "SIGINT");
      child = await start();
    },
  };
}
