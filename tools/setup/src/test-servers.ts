import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";

import type { KafkaAccess } from "./kafka-access.ts";

/** The environment variable that tells test processes where to ask for servers. */
export const controlUrlVariable = "TIMEWELL_TEST_SERVERS_URL";

async function ask(path: string): Promise<string> {
  const url = process.env[controlUrlVariable];
  if (url === undefined) {
    throw new Error(
      `Cannot find the test servers: ${controlUrlVariable} is not set. Run the test with vitest.`,
    );
  }
  const response = await fetch(url + path);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

/** Returns the address of an empty numbered database of the Redis that all test files share. Never FLUSHALL there. */
export function redisUrl(): Promise<string> {
  return ask("/redis");
}

/** Makes an empty database in the PostgreSQL that all test files share, and returns where to connect to it. */
export function createDatabase(): Promise<string> {
  return ask("/postgres");
}

/** Returns the address, HOST:PORT, of the Kafka broker that all test files share. Topics are made by the tests, under names of their own. */
export function kafkaBrokers(): Promise<string> {
  return ask("/kafka");
}

/**
 * Puts an empty embedded database, made once for all test files, into the data folder of a standalone app that was never started: to make
 * its own takes an app seconds. Does nothing outside of a run of vitest.
 */
export async function copyEmbeddedDatabase(dataDir: string): Promise<void> {
  const folder = join(dataDir, "registry");
  if (process.env[controlUrlVariable] === undefined || existsSync(folder)) return;
  await cp(await ask("/embedded"), folder, { recursive: true });
}

/** How to come into the same broker with TLS and a password. */
export async function kafkaAccess(): Promise<KafkaAccess> {
  return JSON.parse(await ask("/kafka-access")) as KafkaAccess;
}
