import { expect } from "vitest";
import { Mode } from "@timewell/contracts";
import type { Clients } from "./clients.ts";
import { eventually } from "./eventually.ts";
import { messagesWithLabels, readTrainingSet, timeColumn } from "./label-rows.ts";
import type { PushModel } from "./push-model.ts";
import { readOnline } from "./read-online.ts";
import { project } from "./taxi.ts";

/** What is not as the model says, of each driver's row online. */
export async function onlineDifferences(clients: Clients, model: PushModel): Promise<string[]> {
  const { drivers } = model;
  const answers = await readOnline(
    clients,
    "driver_v1",
    drivers.map((driver) => ({ driver })),
  );
  return drivers.flatMap((driver, i) => {
    const expected = model.latest(driver) ?? null;
    const got = answers[i]?.values["driver_live__trips"] ?? null;
    return got === expected ? [] : [`driver ${driver}: got ${got}, expected ${expected}`];
  });
}

/** Waits until online serving answers what the model says. */
export async function expectOnline(clients: Clients, model: PushModel): Promise<void> {
  await eventually(async () => expect(await onlineDifferences(clients, model)).toEqual([]));
}

/** Checks that every acknowledged row is in a training set, at its own event time, and that segments hold each once. */
export async function expectOffline(clients: Clients, model: PushModel): Promise<void> {
  const rows = [...model.acked].flatMap(([driver, all]) => all.map((row) => ({ driver, ...row })));
  const labels = rows.map(({ driver, eventTimeUs }) => ({ driver, [timeColumn]: eventTimeUs }));
  const request = {
    project,
    selection: { case: "featureService", value: "driver_v1" },
    mode: Mode.EVENT_TIME,
  } as const;
  const set = await readTrainingSet(clients.retrieval.getTrainingSet(messagesWithLabels(request, labels)));
  const wrong = rows.filter((row, i) => set.rows[i]?.["driver_live__trips"] !== (row.deleted ? null : row.n));
  expect(wrong).toEqual([]);
  await eventually(async () => {
    const { views } = await clients.ingestion.getIngestionStatus({ project });
    const { logRows, appliedRows, segmentRows } = views.find(({ view }) => view === "driver_live") ?? {};
    const count = BigInt(model.ackedRows);
    expect({ logRows, appliedRows, segmentRows }).toEqual({
      logRows: count,
      appliedRows: count,
      segmentRows: count,
    });
  });
}
