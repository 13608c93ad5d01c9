import {
  DefinitionKind,
  type Entity,
  type Feature,
  type FeatureService,
  type Snapshot,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { featureTypeOf, findView, suggest, type CompiledProject, type CompiledView } from "@timewell/model";
import { formatDuration } from "@timewell/ttl";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { parseKind, type Kind } from "../inputs/kinds.ts";
import { definitionsJson } from "../output/definitions-json.ts";
import { renderPairs, renderTable } from "../output/table.ts";

const example = `timewell describe feature-view airport_hourly`;

/** `timewell describe <kind> <name>`. */
export function describeCommand(cli: Cli): Command {
  return cli.command("describe <kind> <name>", "Shows everything about one definition", example).action(
    cli.run(async (session, _options, word = "", name = "") => {
      const kind = parseKind(word);
      const project = await session.definitions();
      const json = definitionsJson(kind.kind, project.snapshot).find((known) => known["name"] === name);
      if (json === undefined) throw notFound(kind, name, project);
      await session.print(json, textOf(kind.kind, name, project));
    }),
  );
}

function notFound(kind: Kind, name: string, project: CompiledProject): FeatureStoreError {
  const names = definitionsJson(kind.kind, project.snapshot).map((known) => String(known["name"]));
  const problem = `Cannot find ${kind.name} ${name} in project ${project.project}`;
  return new FeatureStoreError(kind.notFound, problem, {
    field: "name",
    hint: suggest(name, names, kind.plural),
  });
}

function textOf(kind: DefinitionKind, name: string, project: CompiledProject): string {
  if (kind === DefinitionKind.ENTITY) return entityText(name, project.snapshot);
  return kind === DefinitionKind.FEATURE_VIEW ? viewText(name, project) : serviceText(name, project);
}

function labels({
  description,
  owner,
  tags,
}: Pick<Entity, "description" | "owner" | "tags">): [string, string][] {
  const tagText = Object.entries(tags).map(([tag, value]) => `${tag}=${value}`);
  return (
    [
      ["Description", description],
      ["Owner", owner],
      ["Tags", tagText.join(", ")],
    ] as [string, string][]
  ).filter(([, value]) => value !== "");
}

function entityText(name: string, snapshot: Snapshot): string {
  const entity = snapshot.entities.find((known) => known.name === name)!;
  const users = snapshot.featureViews.filter(({ versions }) => versions.at(-1)?.definition?.entity === name);
  const keys = entity.joinKeys.map((key) => `${key.name} ${featureTypeOf(key.type)}`);
  return renderPairs([
    ["Entity", name],
    ...labels(entity),
    ["Join keys", keys.length === 0 ? "none: a global entity" : keys.join(", ")],
    ["Used by", users.map((view) => view.name).join(", ") || "no view"],
  ]);
}

function viewText(name: string, project: CompiledProject): string {
  const view = findView(project, name);
  const { definition } = view;
  const versions = project.views.get(name) ?? [];
  const users = [...project.services.values()].filter(({ selection }) =>
    selection.views.some((used) => used.view.name === name),
  );
  const pairs = renderPairs([
    ["Feature view", name],
    ...labels(definition),
    ["Version", `${view.version}, schema revision ${view.schemaRevision}${olderText(versions)}`],
    ["Entity", `${view.entity} (${view.keys.map((key) => `${key.name} ${key.type}`).join(", ")})`],
    ["TTL", view.ttlUs === 0n ? "for ever" : formatDuration(Number(view.ttlUs / 1000n))],
    ["Source", sourceText(view)],
    ["Training mode", view.historyMode === "AVAILABLE" ? "available time" : "event time"],
    ["Used by", users.map((service) => service.name).join(", ") || "no service"],
  ]);
  const features = definition.features.map((feature) => [
    feature.name,
    showType(feature),
    feature.description,
  ]);
  return `${pairs}\n${renderTable(["FEATURE", "TYPE", "DESCRIPTION"], features)}`;
}

function olderText(versions: readonly CompiledView[]): string {
  const older = versions.slice(0, -1).map((view) => view.version);
  return older.length === 0 ? "" : `; still served: ${older.join(", ")}`;
}

function sourceText({ source }: CompiledView): string {
  if (source === undefined) return "pushes only";
  const created = source.createdTimeColumn === "" ? "" : `, created ${source.createdTimeColumn}`;
  const delay =
    source.availabilityDelayMs === undefined
      ? ""
      : `, available after ${formatDuration(Number(source.availabilityDelayMs))}`;
  return `${source.path} (event time ${source.eventTimeColumn}${created}${delay})`;
}

function serviceText(name: string, project: CompiledProject): string {
  const { selection, revision } = project.services.get(name)!;
  const definition = project.snapshot.featureServices.find(
    (state) => state.definition?.name === name,
  )!.definition!;
  const rows = selection.views.flatMap((used) =>
    used.features.map((feature, i) => [
      used.columns[i] ?? "",
      feature.type,
      `${used.view.name}@${used.view.version}:${feature.name}`,
      used.keyNames.join(", "),
    ]),
  );
  const pairs = renderPairs([
    ["Feature service", name],
    ...labels(definition),
    ["Revision", String(revision)],
    ["Keys", selection.keys.map((key) => `${key.name} ${key.type}`).join(", ")],
    ...(definition.requestData.length === 0 ? [] : [requestLine(definition.requestData)]),
  ]);
  rows.push(
    ...definition.onDemandFeatures.map((feature) => [
      feature.name,
      showType(feature),
      feature.expression.replaceAll(/\s+/g, " "),
      "",
    ]),
  );
  return `${pairs}\n${renderTable(["COLUMN", "TYPE", "FROM", "KEYS"], rows)}`;
}

function requestLine(fields: FeatureService["requestData"]): [string, string] {
  return ["Request data", fields.map((field) => `${field.name} ${showType(field)}`).join(", ")];
}

function showType({ type, dimension }: Pick<Feature, "type" | "dimension">): string {
  return dimension === 0 ? featureTypeOf(type) : `FLOAT_VECTOR(${dimension})`;
}
