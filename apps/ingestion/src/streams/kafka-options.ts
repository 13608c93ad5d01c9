import { readFileSync } from "node:fs";

import { FeatureStoreError } from "@timewell/errors";
import { booleanOption, choiceOption, pathOption, stringOption } from "@timewell/service";

import type { KafkaSettings, KafkaTls } from "./kafka-settings.ts";

/** Options of the Kafka cluster whose topics views name. */
export const kafkaOptions = {
  kafkaBrokers: stringOption({
    describe: "Read the topics of views from these Kafka brokers, HOST:PORT with commas between them",
  }),
  kafkaGroupPrefix: stringOption({
    describe:
      "Begin the names of consumer groups with this; deployments that share brokers need different ones",
    default: "timewell",
  }),
  kafkaTls: booleanOption({
    describe: "Speak TLS with the brokers, whose certificate a known authority signed",
  }),
  kafkaTlsCa: pathOption({
    describe: "Speak TLS with brokers whose certificate these authorities signed, PEM",
  }),
  kafkaTlsCert: pathOption({ describe: "Show the brokers this certificate chain, PEM" }),
  kafkaTlsKey: pathOption({ describe: "Private key of --kafka-tls-cert, PEM" }),
  kafkaSaslMechanism: choiceOption({
    describe: "How the password is shown to the brokers",
    choices: ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"],
    default: "SCRAM-SHA-512",
  }),
  kafkaSaslUsername: stringOption({ describe: "Log in to the brokers under this name" }),
  kafkaSaslPasswordFile: pathOption({
    describe:
      "Read the password of --kafka-sasl-username from this file; a line break at its end does not count",
  }),
};

/** The values of {@link kafkaOptions}. */
export interface KafkaConfig {
  readonly kafkaBrokers: string | undefined;
  readonly kafkaGroupPrefix: string;
  readonly kafkaTls: boolean;
  readonly kafkaTlsCa: string | undefined;
  readonly kafkaTlsCert: string | undefined;
  readonly kafkaTlsKey: string | undefined;
  readonly kafkaSaslMechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512";
  readonly kafkaSaslUsername: string | undefined;
  readonly kafkaSaslPasswordFile: string | undefined;
}

/** How brokers are reached; reads the files that options name. Undefined where there are no brokers. INVALID_CONFIG. */
export function kafkaSettings(config: KafkaConfig): KafkaSettings | undefined {
  if (config.kafkaBrokers === undefined) return undefined;
  const brokers = config.kafkaBrokers.split(",").map((broker) => broker.trim());
  const wrong = brokers.find((broker) => !/^[^\s:,]+:\d{1,5}$/.test(broker));
  if (wrong !== undefined)
    throw invalid(
      "--kafka-brokers",
      `${JSON.stringify(wrong)} is no HOST:PORT`,
      "Write it like kafka-1:9092,kafka-2:9092.",
    );
  return { brokers, groupPrefix: config.kafkaGroupPrefix, tls: tlsOf(config), sasl: saslOf(config) };
}

function tlsOf(config: KafkaConfig): KafkaTls | undefined {
  const { kafkaTlsCa: ca, kafkaTlsCert: cert, kafkaTlsKey: key } = config;
  if ((cert === undefined) !== (key === undefined))
    throw invalid("--kafka-tls-cert", "certificate and key belong together", "Give both, or neither.");
  if (!config.kafkaTls && ca === undefined && cert === undefined) return undefined;
  const read = (flag: string, path: string | undefined) =>
    path === undefined ? undefined : readText(flag, path);
  return {
    ca: read("--kafka-tls-ca", ca),
    cert: read("--kafka-tls-cert", cert),
    key: read("--kafka-tls-key", key),
  };
}

function saslOf(config: KafkaConfig): KafkaSettings["sasl"] {
  const { kafkaSaslMechanism: mechanism, kafkaSaslUsername: username, kafkaSaslPasswordFile: file } = config;
  if (username === undefined && file === undefined) return undefined;
  if (username === undefined || file === undefined)
    throw invalid("--kafka-sasl-username", "name and password belong together", "Give both, or neither.");
  return {
    mechanism,
    username,
    password: readText("--kafka-sasl-password-file", file).replace(/\r?\n$/, ""),
  };
}

function readText(flag: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw invalid(
      flag,
      `${JSON.stringify(path)} cannot be read`,
      "Check that the file exists and that this process may read it.",
      cause,
    );
  }
}

function invalid(field: string, problem: string, hint: string, cause?: unknown): FeatureStoreError {
  return new FeatureStoreError("INVALID_CONFIG", `Cannot use ${field}: ${problem}`, { field, hint, cause });
}
