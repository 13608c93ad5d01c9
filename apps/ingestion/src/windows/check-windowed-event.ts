import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";

import type { IncomingRow } from "../rows/incoming-row.ts";

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
  for (const place of windows.answeredTexts) {
    const value = row.values[place] as string | Uint8Array | null;
    if (value === null) continue;
    const bytes = typeof value === "string" ? Buffer.byteLength(value) : value.length;
    if (bytes <= windows.valueBytesMax) continue;
    const { name } = view.input.features[place]!;
    throw new FeatureStoreError(
      "INVALID_VALUE",
      `Cannot ${doing} ${view.name}: ${name} has ${bytes} bytes, at most ${windows.valueBytesMax} are allowed where features answer with it`,
      { field: `features.${name}`, hint: "Send a shorter value" },
    );
  }
}
