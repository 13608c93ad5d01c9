import { setTimeout as sleep } from "node:timers/promises";
import { create, type DescService, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { TimewellClient } from "@timewell/client";
import { PushStreamResponseSchema } from "@timewell/contracts";
import { project } from "../../fixtures/definitions.ts";
import type { MessageStream } from "../../harness/message-stream.ts";
import { batchRows } from "./figures.ts";

/** Pushes that wait for their answer at a time. */
export const pushesInFlight = 8;

/** A row of a typed push, as its message takes it. */
export type TypedRow = Readonly<Record<"keys" | "features", object>> & { readonly eventTimeUs: bigint };

/** The messages of a typed push stream that sends rows in batches. */
export function typedPushes({ method }: DescService, rows: readonly TypedRow[]): Buffer[] {
  const { input } = method["pushStream"]!;
  return Array.from({ length: Math.ceil(rows.length / batchRows) }, (_, batch) => {
    const push = { rows: rows.slice(batch * batchRows, (batch + 1) * batchRows) };
    return Buffer.from(toBinary(input, create(input, { sequence: BigInt(batch), push } as never)));
  });
}

/** Sends pushes, and waits until all of their rows can be read. */
export async function pushAll(
  stream: MessageStream,
  client: TimewellClient,
  messages: readonly Buffer[],
): Promise<void> {
  const answers = await stream.send(messages, pushesInFlight);
  answers.forEach(requireAcknowledged);
  await untilApplied(client);
}

/** Waits until nothing waits to be applied online. */
export async function untilApplied(client: TimewellClient): Promise<void> {
  while ((await client.ingestion.getIngestionStatus({ project })).backlogRows > 0n) await sleep(50);
}

/** Throws where a push, or a row of it, was refused. */
export function requireAcknowledged(answer: Buffer): void {
  const { outcome } = fromBinary(PushStreamResponseSchema, answer);
  const results = outcome.case === "response" ? outcome.value.results : [];
  const refused =
    outcome.case === "error" ? outcome.value : results.find((it) => it.outcome.case !== "position");
  if (refused !== undefined || results.length === 0)
    throw new Error(`a push was not acknowledged whole: ${JSON.stringify(refused)}`);
}
