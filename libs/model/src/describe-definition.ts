import {
  FileFormat,
  type BatchSource,
  type Entity,
  type FeatureViewVersion,
  type FeatureService,
} from "@timewell/contracts";
import { formatDuration } from "@timewell/ttl";
import { compileConstraints } from "./constraints/compile-constraints.ts";
import { describeStream } from "./describe-stream.ts";
import type { ResolvedUse } from "./resolved-use.ts";
import { showType } from "./show-type.ts";
import { describeWindows } from "./windows/describe-windows.ts";

/**
 * A definition as dotted paths and texts for people. Two definitions mean the same iff their descriptions are equal, the
 * order of the names in `lists` included.
 */
export interface Description {
  readonly lines: ReadonlyMap<string, string>;
  /** Path of an ordered list to the names in it, where each name has lines of its own. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

/** Describes an entity. */
export function describeEntity(entity: Entity): Description {
  const lines = new Map([["join_keys", showKeys(entity)]]);
  addLabels(lines, entity);
  return { lines, lists: new Map() };
}

/** Describes a view together with the keys that its version has. */
export function describeView(version: FeatureViewVersion): Description {
  const view = version.definition!;
  const lines = new Map([
    ["entity", view.entity],
    ["join_keys", showKeys(version.entity!)],
    ["ttl", showTtl(view.ttlMs)],
  ]);
  for (const feature of view.features) {
    lines.set(`features.${feature.name}.type`, showType(feature.type, feature.dimension));
    add(lines, `features.${feature.name}.description`, feature.description);
  }
  for (const [path, text] of describeWindows(version)) lines.set(path, text);
  if (view.batchSource !== undefined) addSource(lines, view.batchSource);
  if (view.streamSource !== undefined)
    for (const [path, text] of describeStream(view.streamSource)) lines.set(path, text);
  if (view.schedule !== undefined) lines.set("schedule.every", formatDuration(Number(view.schedule.everyMs)));
  const constraints = compileConstraints(view, version.entity!);
  for (const { name, rule, policy } of constraints) {
    lines.set(`constraints.${name}.rule`, rule);
    lines.set(`constraints.${name}.policy`, policy);
  }
  addLabels(lines, view);
  const lists = new Map([
    ["features", view.features.map((feature) => feature.name)],
    ["event_fields", view.eventFields.map((field) => field.name)],
    ["constraints", constraints.map((constraint) => constraint.name)],
  ]);
  return { lines, lists };
}

/** Describes a service with everything that its uses resolve to. */
export function describeService(service: FeatureService, uses: readonly ResolvedUse[]): Description {
  const lines = new Map<string, string>();
  for (const { name, reference, features, whole } of uses) {
    lines.set(`views.${name}.view`, `${reference.view}@${reference.version}`);
    const names = features.map((feature) => feature.name);
    lines.set(`views.${name}.features`, whole ? `all ${names.length}` : names.join(", "));
    for (const [key, requestName] of Object.entries(reference.joinKeyMapping)) {
      if (key !== requestName) lines.set(`views.${name}.join_keys.${key}`, requestName);
    }
  }
  for (const { name, type, dimension, description } of service.requestData) {
    lines.set(`request_data.${name}.type`, showType(type, dimension));
    add(lines, `request_data.${name}.description`, description);
  }
  for (const { name, type, dimension, expression, description } of service.onDemandFeatures) {
    lines.set(`on_demand_features.${name}.type`, showType(type, dimension));
    lines.set(`on_demand_features.${name}.expression`, expression);
    add(lines, `on_demand_features.${name}.description`, description);
  }
  addLabels(lines, service);
  const lists = new Map([
    ["views", uses.map((use) => use.name)],
    ["request_data", service.requestData.map((field) => field.name)],
    ["on_demand_features", service.onDemandFeatures.map((feature) => feature.name)],
  ]);
  return { lines, lists };
}

function addSource(lines: Map<string, string>, source: BatchSource): void {
  lines.set("source.format", source.format === FileFormat.CSV ? "CSV" : "PARQUET");
  lines.set("source.path", source.path);
  lines.set("source.event_time_column", source.eventTimeColumn);
  add(lines, "source.created_time_column", source.createdTimeColumn);
  if (source.availabilityDelayMs !== undefined) {
    lines.set("source.availability_delay", formatDuration(Number(source.availabilityDelayMs)));
  }
  for (const [name, column] of Object.entries(source.fieldMapping)) {
    if (name !== column) lines.set(`source.columns.${name}`, column);
  }
}

function addLabels(
  lines: Map<string, string>,
  labels: { description: string; owner: string; tags: Record<string, string> },
): void {
  add(lines, "description", labels.description);
  add(lines, "owner", labels.owner);
  for (const [name, value] of Object.entries(labels.tags)) lines.set(`tags.${name}`, value);
}

function add(lines: Map<string, string>, path: string, text: string): void {
  if (text !== "") lines.set(path, text);
}

function showKeys(entity: Entity): string {
  if (entity.joinKeys.length === 0) return "none";
  return entity.joinKeys.map((key) => `${key.name} ${showType(key.type)}`).join(", ");
}

function showTtl(ttlMs: bigint): string {
  return ttlMs === 0n ? "for ever" : formatDuration(Number(ttlMs));
}
