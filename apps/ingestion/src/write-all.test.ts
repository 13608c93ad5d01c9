import { setTimeout as delay } from "node:timers/promises";

import { FeatureStoreError } from "@timewell/errors";
import { encodeStoredRow } from "@timewell/row";
import type { EncodedRows } from "@timewell/store-ports";
import { describe, expect, it } from "vitest";

import { IngestionWorld, startUs } from "./ingestion-world.testdata.ts";
import { writeAll } from "./write-all.ts";

const batch: EncodedRows = {
  entityKeys: [Uint8Array.of(1)],
  rows: [
    encodeStoredRow(
      { deleted: false, eventTimeUs: startUs, order: 1n, availableTimeUs: undefined },
      new Uint8Array(),
    ),
  ],
  eventTimeMaxUs: startUs,
  createdTimeMaxUs: undefined,
};

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

describe("writeAll()", () => {
  // A rejection that nobody has looked at when the event loop turns ends the process.
  it("fails, and leaves no rejection unseen, where the store is lost while the next batch is read", async () => {
    const world = await IngestionWorld.create();
    const unseen: unknown[] = [];
    const see = (reason: unknown) => unseen.push(reason);
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", see);
    try {
      const onlineStore = Object.assign(
        Object.create(world.deps.onlineStore) as typeof world.deps.onlineStore,
        {
          apply: () => Promise.reject(new FeatureStoreError("STORE_UNAVAILABLE", "Cannot write")),
        },
      );
      const slow = (async function* () {
        yield batch;
        await delay(20);
        yield batch;
      })();
      const written = writeAll({ ...world.deps, onlineStore }, world.view("pushed_only"), slow, "keep");
      await expect(readAll(written)).rejects.toMatchObject({ kind: "STORE_UNAVAILABLE" });
      expect(unseen).toEqual([]);
    } finally {
      process.off("unhandledRejection", see);
      for (const listener of others) process.on("unhandledRejection", listener);
      await world.close();
    }
  });
});
