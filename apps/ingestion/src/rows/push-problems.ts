import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";

/** What may be wrong with the form of a pushed row, by name and typed alike. */
export const pushProblems = {
  noEventTime: (view: CompiledView) =>
    new FeatureStoreError("INVALID_EVENT_TIME", `Cannot push to ${view.name}: the row has no event time`, {
      field: "event_time_us",
      hint: "Send event_time_us, microseconds since the Unix epoch, UTC",
    }),
  deleteWithFeatures: (view: CompiledView) =>
    new FeatureStoreError("INVALID_VALUE", `Cannot delete from ${view.name}: the row has features`, {
      field: "features",
      hint: "Send a delete without features, or a put",
    }),
  keyMissing: (view: CompiledView, key: string) =>
    new FeatureStoreError("INVALID_KEY", `Cannot push to ${view.name}: key ${key} is missing`, {
      field: `keys.${key}`,
      hint: `Send every key of entity ${view.entity}: ${view.keys.map((one) => one.name).join(", ")}`,
    }),
};
