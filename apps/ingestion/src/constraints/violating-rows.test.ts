import { create } from "@bufbuild/protobuf";
import { GetIngestionStatusRequestSchema, type Progress } from "@timewell/contracts";
import { createMetrics } from "@timewell/service";
import { expect, it } from "vitest";

import { createIngestionMetrics } from "../ingestion-metrics.ts";
import { ingestionStatus } from "../ingestion-status.ts";
import { hourUs, IngestionWorld, startUs } from "../ingestion-world.testdata.ts";
import { materialize } from "../materialize.ts";

const iso = (us: bigint) => new Date(Number(us / 1000n)).toISOString();

it("materialize() writes the rows of a source that break constraints, and counts them", async () => {
  const world = await IngestionWorld.create();
  try {
    await world.writeCsv("watched.csv", "airport,event_timestamp,delay", [
      `SEA,${iso(startUs - 300n * hourUs)},1.5`,
      `SFO,${iso(startUs - 2n * hourUs)},-75`,
      `LAX,${iso(startUs - 2n * hourUs)},`,
    ]);
    const view = world.view("watched");
    const metrics = createIngestionMetrics(createMetrics().registry);
    const range = { fromUs: startUs - 1_000n * hourUs, toUs: startUs };
    let last: Progress | undefined;
    for await (last of materialize({ ...world.deps, metrics }, view, range, new AbortController().signal));
    expect(last).toMatchObject({ rowsRead: 3n, rowsWritten: 3n, rowsViolating: 2n });
    const status = await ingestionStatus(
      { ...world.deps, metrics },
      create(GetIngestionStatusRequestSchema, { project: "default" }),
    );
    expect(status.views.find(({ view }) => view === "watched")!.violations).toEqual({
      delay_range: 1n,
      known: 1n,
    });
    // How old history is breaks no rule.
    expect([...metrics.violationsOf(view)]).toEqual([
      ["delay_range", 1],
      ["known", 1],
    ]);
    expect((await world.read("watched", "SFO"))?.values).toEqual([-75]);
  } finally {
    await world.close();
  }
});
