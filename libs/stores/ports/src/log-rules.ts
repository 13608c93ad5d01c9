import { FeatureStoreError } from "@timewell/errors";

import type { AppendRequest, Lease, StreamOffsets, StreamPart } from "./ingest-log.ts";

/** The error of a request id that was used for other content. */
export function requestIdReused({ id }: Pick<AppendRequest, "id">): FeatureStoreError {
  return new FeatureStoreError(
    "REQUEST_ID_REUSED",
    `Cannot append under request id ${id}: it was used before with other content`,
    { field: "request_id", hint: "Send a new request id" },
  );
}

/** The error of a lease that is over; `epoch` is the partition's, where it is known. */
export function leaseFenced(lease: Lease, epoch?: bigint): FeatureStoreError {
  const why =
    epoch === undefined
      ? `the lease's epoch ${lease.epoch} is over`
      : `the lease has epoch ${lease.epoch}, the log is at epoch ${epoch}`;
  return new FeatureStoreError("FENCED", `Cannot record partition ${lease.partition} as applied: ${why}`, {
    hint: "Acquire the lease again",
  });
}

/** The error of offsets that another reader moved; `held` is what the log holds. */
export function offsetsFenced(
  { topic }: StreamOffsets,
  { partition, from }: StreamPart,
  held: bigint | undefined,
): FeatureStoreError {
  const offset = (value: bigint | undefined) => (value === undefined ? "no offset" : `offset ${value}`);
  return new FeatureStoreError(
    "FENCED",
    `Cannot append records of ${topic}/${partition} from ${offset(from)}: the log is at ${offset(held)}`,
    { hint: "Read the partition from where the log is" },
  );
}

/** The error of rows that are not in quarantine any more. */
export function quarantineFenced(ids: readonly bigint[]): FeatureStoreError {
  return new FeatureStoreError(
    "FENCED",
    `Cannot take rows ${ids.slice(0, 10).join(", ")}${ids.length > 10 ? ", …" : ""} out of the quarantine: not all of them are there any more`,
    { hint: "List the quarantine again" },
  );
}
