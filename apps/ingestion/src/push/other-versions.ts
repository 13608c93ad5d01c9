import type { PushRow } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { type CompiledProject, type CompiledView, findView } from "@timewell/model";
import type { LogAppend } from "@timewell/store-ports";

import { judgeRow } from "../constraints/judge-row.ts";
import { readPushRow } from "../read-push-row.ts";
import { encodeIncomingRow } from "../rows/encode-incoming-row.ts";

/** The other versions of a view that a push names. INVALID_REQUEST for one that is named twice or has other join keys. */
export function otherVersions(
  project: CompiledProject,
  view: CompiledView,
  versions: readonly number[],
): CompiledView[] {
  const seen = new Set([view.version]);
  return versions.map((version) => {
    const other = findView(project, view.name, version);
    if (seen.has(other.version))
      throw refused(view, `version ${other.version} is named twice`, "Name each version once");
    seen.add(other.version);
    const keysOf = ({ keys }: CompiledView) => keys.map(({ name, type }) => `${name} ${type}`).join(", ");
    if (keysOf(other) !== keysOf(view))
      throw refused(
        view,
        `version ${other.version} has the join keys ${keysOf(other)}, and version ${view.version} ${keysOf(view)}`,
        "Push to each of them by itself",
      );
    return other;
  });
}

/** The log row of another version. Throws what it finds wrong with the row. */
export function rowOfVersion(
  view: CompiledView,
  row: PushRow,
  nowUs: bigint,
  futureToleranceUs: bigint,
): LogAppend {
  const incoming = readPushRow(view, row, nowUs, futureToleranceUs);
  const { refusal } = judgeRow(view, incoming, nowUs);
  if (refusal !== undefined) throw refusal.error;
  return encodeIncomingRow(view, incoming, "push to");
}

/** A row with those of its features that a version has. */
export function featuresOf({ input }: CompiledView, row: PushRow): PushRow {
  const names = new Set(input.features.map(({ name }) => name));
  return withFeatures(row, (name) => names.has(name));
}

/** A row without the features that only other versions have: what nobody has stays, for the view to refuse. */
export function withoutFeaturesOf(
  versions: readonly CompiledView[],
  { input }: CompiledView,
  row: PushRow,
): PushRow {
  const own = new Set(input.features.map(({ name }) => name));
  const foreign = new Set(versions.flatMap((other) => other.input.features.map(({ name }) => name)));
  return withFeatures(row, (name) => own.has(name) || !foreign.has(name));
}

function withFeatures(row: PushRow, keeps: (name: string) => boolean): PushRow {
  return {
    ...row,
    features: Object.fromEntries(Object.entries(row.features).filter(([name]) => keeps(name))),
  };
}

function refused(view: CompiledView, problem: string, hint: string): FeatureStoreError {
  return new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot push to several versions of ${view.name}: ${problem}`,
    {
      field: "also_versions",
      hint,
    },
  );
}
