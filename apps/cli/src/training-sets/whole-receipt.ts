import type { Receipt, TrainingSetRecord } from "@timewell/contracts";

/** The receipt of the whole; undefined where no stream of all rows came to its end. */
export function wholeReceipt({ receipts }: TrainingSetRecord): Receipt | undefined {
  return receipts.find(({ shard }) => shard === undefined || shard.count === 1);
}
