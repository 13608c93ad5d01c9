import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { BatchSourceSchema } from "@timewell/contracts";
import {
  DefinitionsSchema,
  FileFormat,
  ValueType,
  type Definitions,
  type FeatureServiceState,
  type FeatureViewVersion,
  type Snapshot,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { compileProject } from "./compile-project.ts";
import type { CompiledProject } from "./compiled-project.ts";
import { planDefinitions } from "./plan-definitions.ts";

type DefinitionsInit = MessageInitShape<typeof DefinitionsSchema>;

/** The plain form of a view. */
export interface ViewInit {
  name?: string;
  entity?: string;
  features?: { name: string; type: ValueType; dimension?: number; description?: string }[];
  ttlMs?: bigint;
  batchSource?: MessageInitShape<typeof BatchSourceSchema>;
  schedule?: { everyMs: bigint };
  description?: string;
  tags?: Record<string, string>;
}

/** Definitions from their plain form. */
export function define(init: DefinitionsInit): Definitions {
  return create(DefinitionsSchema, init);
}

/** The entity of the examples. */
export const airport = { name: "airport", joinKeys: [{ name: "airport", type: ValueType.STRING }] };

/** A view of the examples; parts can be replaced. */
export function airportHourly(
  parts: ViewInit = {},
): ViewInit & { features: NonNullable<ViewInit["features"]> } {
  return {
    name: "airport_hourly",
    entity: "airport",
    features: [
      { name: "departures", type: ValueType.INT64 },
      { name: "mean_delay", type: ValueType.DOUBLE },
    ],
    ttlMs: 21_600_000n,
    batchSource: { format: FileFormat.PARQUET, path: "airport_hourly", eventTimeColumn: "hour" },
    ...parts,
  };
}

/** A service of the examples: one view under two aliases. */
export const flightDelay = {
  name: "flight_delay",
  views: [
    { view: "airport_hourly", alias: "origin", joinKeyMapping: { airport: "origin" } },
    {
      view: "airport_hourly",
      alias: "destination",
      joinKeyMapping: { airport: "destination" },
      features: ["mean_delay"],
    },
  ],
};

/** Applies definitions one after another, ids counted up from 1, as the registry would. */
export function applyAll(project: string, ...steps: DefinitionsInit[]): Snapshot {
  let snapshot: Snapshot | undefined;
  for (const step of steps) snapshot = applyTo(snapshot, project, define(step));
  return snapshot!;
}

/** Applies one step on a snapshot. */
export function applyTo(current: Snapshot | undefined, project: string, definitions: Definitions): Snapshot {
  const plan = planDefinitions(current, project, definitions);
  const idMax = Math.max(0, ...allVersions(current).map((version) => version.id));
  const viewIds = Array.from({ length: plan.newViewVersions }, (_, i) => idMax + 1 + i);
  return plan.build({ viewIds, appliedAtUs: 1_000n, appliedBy: "test" });
}

/** The error that a call throws. */
export function failureOf(call: () => unknown): FeatureStoreError {
  try {
    call();
  } catch (error) {
    if (error instanceof FeatureStoreError) return error;
    throw error;
  }
  throw new Error("expected the call to fail");
}

/** Every version of every view. */
export function allVersions(snapshot: Snapshot | undefined): FeatureViewVersion[] {
  return (snapshot?.featureViews ?? []).flatMap((view) => view.versions);
}

/** One service of a snapshot. */
export function serviceOf(snapshot: Snapshot, name: string): FeatureServiceState {
  return snapshot.featureServices.find((service) => service.definition!.name === name)!;
}

/** Applies and compiles. */
export function compiled(...steps: DefinitionsInit[]): CompiledProject {
  return compileProject(applyAll("flights", ...steps));
}
