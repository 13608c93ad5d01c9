import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";

import type { IncomingRow } from "../rows/incoming-row.ts";
import { tooLongText } from "./too-long-text.ts";

/**
 * Refuses what the windows of a view cannot take: a delete, an event before source files cease to count, a text that is too long to
 * be answered. Throws INVALID_VALUE or INVALID_EVENT_TIME. A view without windows takes everything.
 */
export function checkWindowedEvent(view: CompiledView, row: IncomingRow, doing: string): void {
  const { windows } = view;
  if (windows === undefined) return;
  if (row.deleted)
    throw new FeatureStoreError(
      "INVALID_VALUE",
      `Cannot ${doing} ${view.name}: events of a view with windows cannot be deleted`,
      {
        field: "operation",
        hint: "Erase the entity with `timewell erase`, or push events that make up for it",
      },
    );
  const { cutOverUs } = windows;
  if (cutOverUs !== undefined && row.eventTimeUs < cutOverUs)
    throw new FeatureStoreError(
      "INVALID_EVENT_TIME",
      `Cannot ${doing} ${view.name}: event time ${row.eventTimeUs} is before ${cutOverUs}, up to which events count from source files`,
      { field: "event_time_us", hint: "Add the event to the batch source, and materialize the view" },
    );
  const long = tooLongText(view, row.values);
  if (long === undefined) return;
  throw new FeatureStoreError(
    "INVALID_VALUE",
    `Cannot ${doing} ${view.name}: ${long.name} has ${long.bytes} bytes, at most ${long.bytesMax} are allowed where features answer with it`,
    { field: `features.${long.name}`, hint: "Send a shorter value" },
  );
}
