import { createHash } from "node:crypto";

import { formatVersion } from "../stream/format-version.ts";
import type { ResolvedSpec } from "./resolved-spec.ts";

/** SHA-256 of what was asked for and how it was resolved, lower-case hex: two requests with one digest have the same rows. */
export function specDigest(spec: Omit<ResolvedSpec, "digest">): string {
  const { selection, request } = spec;
  const views = spec.views.map(({ selected, features, mode, eventTimeColumn }) => [
    selected.name,
    selected.view.name,
    selected.view.version,
    selected.view.id,
    features.map((f) => selected.features[f]!.name),
    selected.keyNames,
    mode,
    eventTimeColumn ?? null,
  ]);
  const text = JSON.stringify([
    "timewell training set",
    formatVersion,
    request.project,
    String(spec.registryVersion),
    selection.service,
    selection.revision,
    views,
    spec.columns,
    spec.onDemand?.columns.map(({ name }) => name) ?? [],
    spec.output ?? null,
    spec.includeStatuses,
    spec.eventTimeColumn ?? null,
    textOf(spec.asOfUs),
    textOf(spec.maxAgeUs),
    textOf(spec.graceUs),
    spec.order,
  ]);
  return createHash("sha256").update(text).digest("hex");
}

function textOf(number: bigint | undefined): string | null {
  return number === undefined ? null : String(number);
}
