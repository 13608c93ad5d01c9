import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { makeEmbeddedDatabase } from "./make-embedded-database.ts";
import type { PrivateServer } from "./private-server.ts";
import { startKafka } from "./start-kafka.ts";
import type { KafkaServer } from "./start-kafka.ts";
import { startPostgres } from "./start-postgres.ts";
import type { PostgresServer } from "./start-postgres.ts";
import { startRedis } from "./start-redis.ts";
import { removeTempFolder } from "./temp-folder.ts";

/** The servers that all test files of one run share, handed out over a loopback port. */
export interface TestServerControl {
  /** Where test processes ask: `GET /redis` and `GET /postgres` answer a fresh database each, `GET /kafka` the broker, `GET /embedded` the folder of an embedded database, to copy. */
  readonly url: string;
  /** Ends the servers that were started. */
  stop(): Promise<void>;
}

const redisDatabases = 1024;

/** Starts the control port. A server itself starts with the first request for it, so pure tests wait for nothing. */
export async function startTestServerControl(): Promise<TestServerControl> {
  let redis: Promise<PrivateServer> | undefined;
  let postgres: Promise<PostgresServer> | undefined;
  let kafka: Promise<KafkaServer> | undefined;
  let embedded: Promise<string> | undefined;
  let handedOut = 0;
  const answers: Record<string, () => Promise<string>> = {
    "/redis": async () => {
      redis ??= startRedis({ databases: redisDatabases });
      const database = ++handedOut % redisDatabases;
      return `${(await redis).url}/${database}`;
    },
    "/postgres": async () => {
      postgres ??= startPostgres();
      return (await postgres).createDatabase(`test_${++handedOut}`);
    },
    "/kafka": async () => (await (kafka ??= startKafka())).brokers,
    "/kafka-access": async () => JSON.stringify((await (kafka ??= startKafka())).secure),
    "/embedded": () => (embedded ??= makeEmbeddedDatabase()),
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    if (answer === undefined) return void response.writeHead(404).end();
    answer().then(
      (url) => response.end(url),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      const started = await Promise.allSettled([redis, postgres, kafka]);
      for (const one of started) if (one.status === "fulfilled") await one.value?.stop();
      await embedded?.then(removeTempFolder, () => undefined);
    },
  };
}
