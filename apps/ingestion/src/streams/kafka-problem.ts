import { FeatureStoreError } from "@timewell/errors";

/** Why a topic cannot be read, for people, in one sentence and how to mend it. */
export function kafkaProblem(error: unknown, topic: string, brokers: readonly string[]): string {
  if (error instanceof FeatureStoreError) return error.message;
  const errors = errorsIn(error);
  const problem = problems.find(({ isIt }) => errors.some(isIt))?.text;
  if (problem !== undefined) return `Cannot read topic ${topic}: ${problem}`;
  if (errors.some((one) => one.code === "PLT_KFK_NETWORK" || one.code === "PLT_KFK_TIMEOUT"))
    return `Cannot read topic ${topic}: no broker of ${brokers.join(", ")} answers. Start them, or check --kafka-brokers, --kafka-tls and --kafka-sasl-username; ingestion goes on by itself.`;
  return `Cannot read topic ${topic}: ${errors[0]!.message.replace(/\.$/, "")}. Ingestion tries again by itself.`;
}

/** True where the records at the position are gone, or the topic is shorter than it was. */
export function isOutOfRange(error: unknown): boolean {
  return errorsIn(error).some(is("OFFSET_OUT_OF_RANGE"));
}

/** An error of the client, or of Node's sockets. */
interface KafkaError extends Error {
  readonly code?: unknown;
  /** Name of the error that a broker answered with. */
  readonly apiId?: unknown;
  readonly errors?: readonly unknown[];
}

/** From the most telling cause to the least. */
const problems: readonly { readonly isIt: (error: KafkaError) => boolean; readonly text: string }[] = [
  {
    isIt: (error) =>
      is("UNKNOWN_TOPIC_OR_PARTITION", "UNKNOWN_TOPIC_ID")(error) ||
      error.message.startsWith("Unknown topic "),
    text: "the brokers have no such topic. Create it; ingestion goes on by itself.",
  },
  {
    isIt: ({ code, message }) =>
      message === "Broker requires TLS." || (typeof code === "string" && /^ERR_(SSL|TLS)/.test(code)),
    text: "TLS with the brokers fails. Check --kafka-tls, and the certificates they want.",
  },
  {
    isIt: is("UNSUPPORTED_SASL_MECHANISM"),
    text: "the brokers do not take passwords in this way. Check --kafka-sasl-mechanism.",
  },
  {
    isIt: is("SASL_AUTHENTICATION_FAILED"),
    text: "the brokers refuse the user. Check --kafka-sasl-username and its password.",
  },
  {
    isIt: is("TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED"),
    text: "the brokers do not allow it. Grant READ on the topic and on its consumer group.",
  },
  {
    isIt: ({ code }) => typeof code === "string" && /CERT|UNABLE_TO_VERIFY/.test(code),
    text: "the certificate of the brokers cannot be trusted. Check --kafka-tls-ca, and that it names them as --kafka-brokers does.",
  },
];

/** Matches errors that a broker answered with. */
function is(...apiIds: readonly string[]): (error: KafkaError) => boolean {
  return ({ apiId }) => apiIds.some((known) => known === apiId);
}

/** The error, and all that caused it: what tells is far down. */
function errorsIn(error: unknown): KafkaError[] {
  const found = new Set<KafkaError>();
  const add = (one: unknown) => {
    if (!(one instanceof Error) || found.has(one)) return;
    found.add(one);
    add(one.cause);
    for (const part of (one as KafkaError).errors ?? []) add(part);
  };
  add(error);
  return found.size === 0 ? [new Error(String(error))] : [...found];
}
