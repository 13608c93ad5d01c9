import { pbkdf2Sync, randomBytes } from "node:crypto";

import { alterUserScramCredentialsV0, Connection } from "@platformatic/kafka";
import { kafkaAccess, kafkaBrokers, type KafkaAccess } from "@timewell/setup";
import { afterEach, beforeAll, expect, test, vi } from "vitest";

import type { KafkaSasl, KafkaSettings } from "./kafka-settings.ts";
import { streamStatus } from "./stream-status.ts";
import { streamDefinitions } from "./stream-view.testdata.ts";
import { clock, newTopic, StreamWorld } from "./stream-world.testdata.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const scramUser = { username: "scram-reader", password: "another-one, with = and ," };
const scramSha256 = 1;
const worlds: StreamWorld[] = [];
let access: KafkaAccess;

beforeAll(async () => {
  access = await kafkaAccess();
  const salt = randomBytes(16);
  const iterations = 4_096;
  const saltedPassword = pbkdf2Sync(scramUser.password, salt, iterations, 32, "sha256");
  const user = { name: scramUser.username, mechanism: scramSha256, iterations, salt, saltedPassword };
  const [host = "", port] = (await kafkaBrokers()).split(":");
  const connection = new Connection("test");
  await connection.connect(host, Number(port));
  await alterUserScramCredentialsV0.api.async(connection, [], [user]);
  await connection.close();
});

afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

/** A topic with a record, and what reads it as `parts` say. */
async function read(parts: Partial<KafkaSettings>) {
  const topic = newTopic();
  const it = new StreamWorld(await kafkaBrokers(), topic, streamDefinitions({ topic }));
  worlds.push(it);
  await it.createTopic();
  await it.send([{ airport: "OSL", delay: 4, at: Number(clock.nowUs()) }]);
  const kafka = { brokers: [access.brokers], groupPrefix: topic, ...parts };
  const { streams } = it.start({ kafka });
  return { it, streams };
}

const tls = () => ({ ca: access.ca });
const plain = (): KafkaSasl => ({
  mechanism: "PLAIN",
  username: access.username,
  password: access.password,
});

test.each<[string, () => KafkaSasl]>([
  ["PLAIN", plain],
  ["SCRAM-SHA-256", () => ({ mechanism: "SCRAM-SHA-256", ...scramUser })],
])("a topic is read over TLS, with a password by %s", async (_mechanism, sasl) => {
  const { it, streams } = await read({ tls: tls(), sasl: sasl() });
  await it.until(async () => (await it.read("OSL"))?.[0] === 4);
  const status = await streamStatus({ ingestLog: it.log }, streams, it.view);
  expect(status).toMatchObject({ records: 1n, lagRecords: 0n, problem: "" });
  expect(it.warnings).toEqual([]);
});

const refused = "the brokers refuse the user. Check --kafka-sasl-username and its password.";

test.each<[string, () => Partial<KafkaSettings>, string]>([
  ["a wrong password by PLAIN", () => ({ tls: tls(), sasl: { ...plain(), password: "wrong" } }), refused],
  [
    "a wrong password by SCRAM-SHA-256",
    () => ({ tls: tls(), sasl: { ...scramUser, mechanism: "SCRAM-SHA-256", password: "wrong" } }),
    refused,
  ],
  [
    "a mechanism that the brokers do not have",
    () => ({ tls: tls(), sasl: { ...plain(), mechanism: "SCRAM-SHA-512" } }),
    "the brokers do not take passwords in this way. Check --kafka-sasl-mechanism.",
  ],
  [
    "an authority that is not known",
    () => ({ tls: {}, sasl: plain() }),
    "the certificate of the brokers cannot be trusted. Check --kafka-tls-ca",
  ],
  ["no name where one is wanted", () => ({ tls: tls() }), "--kafka-tls and --kafka-sasl-username"],
  ["no TLS where it is wanted", () => ({}), "TLS with the brokers fails. Check --kafka-tls"],
  ["a name without TLS where it is wanted", () => ({ sasl: plain() }), "check --kafka-brokers, --kafka-tls"],
])("%s is a problem that the status tells, and reading is tried again", async (_what, parts, problem) => {
  const { it, streams } = await read(parts());
  await it.until(async () => (await streams.health(it.view)).problem !== "");
  const first = (await streams.health(it.view)).problem;
  expect(first).toContain(`Cannot read topic ${it.topic}: `);
  expect(first).toContain(problem);
  expect(await it.rows()).toEqual([]);
});
