import { findErrorBy } from "@platformatic/kafka";
import { FeatureStoreError } from "@timewell/errors";

/** Why a topic cannot be read, for people, in one sentence and how to mend it. */
export function kafkaProblem(error: unknown, topic: string, brokers: readonly string[]): string {
  if (error instanceof FeatureStoreError) return error.message;
  const reason = error instanceof Error ? error : new Error(String(error));
  if (isTopicMissing(reason))
    return `Cannot read topic ${topic}: the brokers have no such topic. Create it; ingestion goes on by itself.`;
  if (has(reason, "code", "PLT_KFK_AUTHENTICATION") || has(reason, "apiId", "SASL_AUTHENTICATION_FAILED"))
    return `Cannot read topic ${topic}: the brokers refuse the user. Check --kafka-sasl-username and its password.`;
  if (
    has(reason, "apiId", "TOPIC_AUTHORIZATION_FAILED") ||
    has(reason, "apiId", "GROUP_AUTHORIZATION_FAILED")
  )
    return `Cannot read topic ${topic}: the brokers do not allow it. Grant READ on the topic and on its consumer group.`;
  if (has(reason, "code", "PLT_KFK_NETWORK") || has(reason, "code", "PLT_KFK_TIMEOUT"))
    return `Cannot read topic ${topic}: no broker of ${brokers.join(", ")} answers. Start them, or check --kafka-brokers; ingestion goes on by itself.`;
  return `Cannot read topic ${topic}: ${reason.message}. Ingestion tries again by itself.`;
}

/** True where the records at the position are gone, or the topic is shorter than it was. */
export function isOutOfRange(error: unknown): boolean {
  return error instanceof Error && has(error, "apiId", "OFFSET_OUT_OF_RANGE");
}

function isTopicMissing(error: Error): boolean {
  return (
    has(error, "apiId", "UNKNOWN_TOPIC_OR_PARTITION") ||
    has(error, "apiId", "UNKNOWN_TOPIC_ID") ||
    error.message.startsWith("Unknown topic ")
  );
}

function has(error: Error, property: string, value: string): boolean {
  return findErrorBy(error, property, value) !== null;
}
