import { setTimeout as delay } from "node:timers/promises";

import { FeatureStoreError } from "@timewell/errors";
import { encodeStoredRow, payloadOf } from "@timewell/row";
import type { EncodedRows } from "@timewell/store-ports";
import { describe, expect, it } from "vitest";

import { IngestionWorld, startUs } from "./ingestion-world.testdata.ts";
import { writeAll } from "./write-all.ts";

const batchOf = (order: bigint, payload: number): EncodedRows => ({
  entityKeys: [Uint8Array.of(1)],
  rows: [
    encodeStoredRow(
      { deleted: false, eventTimeUs: startUs, order, availableTimeUs: undefined },
      Uint8Array.of(payload),
    ),
  ],
  eventTimeMaxUs: startUs,
  createdTimeMaxUs: undefined,
});

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
          removalFence: () => world.deps.onlineStore.removalFence(),
        },
      );
      const slow = (async function* () {
        yield batchOf(1n, 1);
        await delay(20);
        yield batchOf(1n, 1);
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

  // Two calls of a store have no order between them, and an equal row that comes second changes nothing.
  it("lets the first of equal rows come to the store first, whichever call is the quickest (semantics 2)", async () => {
    const world = await IngestionWorld.create();
    try {
      const { onlineStore } = world.deps;
      let delayMs = 40;
      const uneven = Object.assign(Object.create(onlineStore) as typeof onlineStore, {
        apply: async (...args: Parameters<typeof onlineStore.apply>) => {
          await delay((delayMs -= 10));
          return onlineStore.apply(...args);
        },
        removalFence: () => onlineStore.removalFence(),
      });
      const batches = (async function* () {
        yield* [batchOf(1n, 1), batchOf(2n, 2), batchOf(2n, 3), batchOf(1n, 4)];
      })();
      const view = world.view("airport_created");
      await readAll(writeAll({ ...world.deps, onlineStore: uneven }, view, batches, "keep"));
      const [row] = await onlineStore.read([{ viewId: view.id, entityKey: Uint8Array.of(1) }]);
      expect(payloadOf(row!)).toEqual(Uint8Array.of(2));
    } finally {
      await world.close();
    }
  });
});
