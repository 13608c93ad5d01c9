import type { Command } from "commander";
import type { Entity, FeatureServiceState, FeatureViewState, Snapshot } from "@timewell/contracts";
import { DefinitionKind } from "@timewell/contracts";
import { featureTypeOf } from "@timewell/model";
import { formatDuration } from "@timewell/ttl";
import type { Cli } from "../cli.ts";
import { parseKind } from "../inputs/kinds.ts";
import { renderTable } from "../output/table.ts";
import { definitionsJson } from "../output/definitions-json.ts";

const example = `timewell list feature-views
timewell list entity --output json`;

/** `timewell list <kind>`. */
export function listCommand(cli: Cli): Command {
  return cli.command("list <kind>", "Lists entities, feature-views or feature-services", example).action(
    cli.run(async (session, _options, word = "") => {
      const { kind, plural } = parseKind(word);
      const { snapshot } = await session.definitions();
      const table = tableOf(kind, snapshot);
      const text = table ?? `There are no ${plural} in project ${session.project}.\n`;
      await session.print(definitionsJson(kind, snapshot), text);
    }),
  );
}

function tableOf(kind: DefinitionKind, snapshot: Snapshot): string | undefined {
  switch (kind) {
    case DefinitionKind.ENTITY:
      return tableUnlessEmpty(
        ["NAME", "JOIN KEYS", "OWNER", "DESCRIPTION"],
        snapshot.entities.map(entityRow),
      );
    case DefinitionKind.FEATURE_VIEW:
      return tableUnlessEmpty(
        ["NAME", "VERSION", "ENTITY", "FEATURES", "TTL", "SOURCE", "OWNER"],
        snapshot.featureViews.map(viewRow),
      );
    default:
      return tableUnlessEmpty(
        ["NAME", "REVISION", "VIEWS", "OWNER"],
        snapshot.featureServices.map(serviceRow),
      );
  }
}

function tableUnlessEmpty(headers: readonly string[], rows: readonly string[][]): string | undefined {
  return rows.length === 0 ? undefined : renderTable(headers, rows, ["VERSION", "REVISION", "FEATURES"]);
}

function entityRow({ name, joinKeys, owner, description }: Entity): string[] {
  const keys = joinKeys.map((key) => `${key.name} ${featureTypeOf(key.type)}`).join(", ");
  return [name, keys === "" ? "(global)" : keys, owner, description];
}

function viewRow({ name, versions }: FeatureViewState): string[] {
  const latest = versions.at(-1);
  const view = latest?.definition;
  const ttl = view === undefined || view.ttlMs === 0n ? "for ever" : formatDuration(Number(view.ttlMs));
  return [
    name,
    String(latest?.version ?? 0),
    view?.entity ?? "",
    String(view?.features.length ?? 0),
    ttl,
    view?.batchSource?.path ?? "(push)",
    view?.owner ?? "",
  ];
}

function serviceRow({ definition, revision }: FeatureServiceState): string[] {
  const views = (definition?.views ?? []).map(({ view, alias }) =>
    alias === "" ? view : `${view} as ${alias}`,
  );
  return [definition?.name ?? "", String(revision), views.join(", "), definition?.owner ?? ""];
}
