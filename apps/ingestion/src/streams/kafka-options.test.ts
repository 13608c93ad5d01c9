import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { type KafkaConfig, kafkaSettings } from "./kafka-options.ts";

const folder = mkdtempSync(join(tmpdir(), "timewell-kafka-options-"));
const secret = join(folder, "secret");
writeFileSync(secret, "s3cret\n");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const none: KafkaConfig = {
  kafkaBrokers: "a:9092, b:9093",
  kafkaGroupPrefix: "timewell",
  kafkaTls: false,
  kafkaTlsCa: undefined,
  kafkaTlsCert: undefined,
  kafkaTlsKey: undefined,
  kafkaSaslMechanism: "SCRAM-SHA-512",
  kafkaSaslUsername: undefined,
  kafkaSaslPasswordFile: undefined,
};

test("brokers come with commas between them; without brokers there are no settings", () => {
  expect(kafkaSettings(none)).toEqual({
    brokers: ["a:9092", "b:9093"],
    groupPrefix: "timewell",
    tls: undefined,
    sasl: undefined,
  });
  expect(kafkaSettings({ ...none, kafkaBrokers: undefined })).toBeUndefined();
});

test("secrets come from files, without the line break at the end", () => {
  const settings = kafkaSettings({
    ...none,
    kafkaTlsCa: secret,
    kafkaSaslUsername: "me",
    kafkaSaslPasswordFile: secret,
  });
  expect(settings?.sasl).toEqual({ mechanism: "SCRAM-SHA-512", username: "me", password: "s3cret" });
  expect(settings?.tls).toEqual({ ca: "s3cret\n", cert: undefined, key: undefined });
  expect(kafkaSettings({ ...none, kafkaTls: true })?.tls).toEqual({
    ca: undefined,
    cert: undefined,
    key: undefined,
  });
});

test.each<[Partial<KafkaConfig>, string]>([
  [{ kafkaBrokers: "a" }, 'Cannot use --kafka-brokers: "a" is no HOST:PORT'],
  [{ kafkaTlsCert: secret }, "certificate and key belong together"],
  [{ kafkaSaslUsername: "me" }, "name and password belong together"],
  [{ kafkaTlsCa: join(folder, "gone") }, "cannot be read"],
])("%o is refused by name", (parts, text) => {
  expect(() => kafkaSettings({ ...none, ...parts })).toThrow(text);
});
