import type { TimewellClient } from "@timewell/client";
import { airportHourly, routeDaily } from "./features.ts";
import { project } from "./project.ts";

/** Nothing in the data is older, µs UTC. */
const beginningUs = BigInt(Date.parse("2001-01-01T00:00:00Z")) * 1_000n;

/** Brings the online store forward in time, one range after the other. */
export class Materializer {
  private readonly client: TimewellClient;
  private doneToUs = beginningUs;

  constructor(client: TimewellClient) {
    this.client = client;
  }

  /** Copies what happened since the last call, up to and including `atUs`, and returns how many rows that was. */
  async upTo(atUs: bigint): Promise<number> {
    // The end of a range does not belong to it: one microsecond more takes in the instant itself.
    const range = { from: this.doneToUs, to: atUs + 1n };
    let rows = 0;
    for (const { name: view } of [airportHourly, routeDaily]) {
      for await (const progress of this.client.materialize({ project, view, ...range })) {
        if (progress.done) rows += Number(progress.rowsWritten);
      }
    }
    this.doneToUs = range.to;
    return rows;
  }
}
