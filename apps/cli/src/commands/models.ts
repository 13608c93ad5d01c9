import { toJson } from "@bufbuild/protobuf";
import { ModelSchema, type Model } from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { findModels, type ModelsWanted } from "../inputs/find-models.ts";
import { option } from "../option.ts";
import { renderPairs, renderTable } from "../output/table.ts";
import { timeText } from "../output/time-text.ts";
import type { Session } from "../session.ts";

const example = `timewell models list --view airport_hourly        (which models read this feature view)
timewell models list --service delay_v1 --name delay
timewell models describe delay 3                  (without a version: the one that was recorded last)`;

/** `timewell models list|describe`. */
export function modelsCommand(cli: Cli): Command {
  return cli
    .command(
      "models <list|describe> [name] [version]",
      "Shows recorded models and the features they read",
      example,
    )
    .addOption(option("--view <view>", "list: only those that read this feature view"))
    .addOption(option("--service <name>", "list: only those that read this feature service"))
    .addOption(option("--name <name>", "list: only those with this name"))
    .addOption(option("--training-set <id>", "list: only those that were fitted on this training set"))
    .action(
      cli.run<ModelsWanted>(async (session, options, action, name, version) => {
        if (action === "list") return list(session, options);
        if (action === "describe") return describe(session, name, version);
        throw new FeatureStoreError("INVALID_REQUEST", `Cannot do ${showValue(action)} with models`, {
          field: "action",
          hint: "Use list or describe.",
        });
      }),
    );
}

async function list(session: Session, wanted: ModelsWanted): Promise<void> {
  const models = await findModels(session, wanted);
  const rows = models.map((model) => [
    model.name,
    model.version,
    serviceText(model),
    model.views.map(({ view, version }) => `${view}@${version}`).join(", "),
    model.trainingSetId,
    timeText(model.createdAtUs),
  ]);
  const headers = ["NAME", "VERSION", "SERVICE", "VIEWS", "TRAINING SET", "RECORDED"];
  const none = `No model of project ${session.project} that was asked for is recorded.\n`;
  await session.print(
    { project: session.project, models: models.map(modelJson) },
    rows.length === 0 ? none : renderTable(headers, rows),
  );
}

async function describe(session: Session, name = "", version = ""): Promise<void> {
  const models = name === "" ? [] : await findModels(session, { name });
  const model = version === "" ? models[0] : models.find((known) => known.version === version);
  if (model === undefined) throw notFound(session.project, `${name} ${version}`.trim(), models);
  const pairs = renderPairs([
    ["Model", model.name],
    ["Version", model.version],
    ["Lies at", model.uri || "not recorded"],
    ["Feature service", serviceText(model) || "none: features by reference"],
    ["Training set", model.trainingSetId || "not recorded"],
    ["Registry version", String(model.registryVersion)],
    ["Recorded", `${timeText(model.createdAtUs)}${model.createdBy === "" ? "" : ` by ${model.createdBy}`}`],
    ...Object.entries(model.tags).map(([tag, value]): [string, string] => [`Tag ${tag}`, value]),
  ]);
  const rows = model.views.map((view) => [`${view.view}@${view.version}`, view.features.join(", ")]);
  await session.print(modelJson(model), `${pairs}\n${renderTable(["VIEW", "FEATURES"], rows)}`);
}

function serviceText({ featureService, featureServiceRevision }: Model): string {
  return featureService === "" ? "" : `${featureService}, revision ${featureServiceRevision}`;
}

function modelJson(model: Model): object {
  return toJson(ModelSchema, model, { alwaysEmitImplicit: true }) as object;
}

function notFound(project: string, wanted: string, versions: readonly Model[]): FeatureStoreError {
  const known = versions.slice(0, 5).map(({ version }) => version);
  return new FeatureStoreError("MODEL_NOT_FOUND", `Cannot find model ${wanted} in project ${project}`, {
    field: "name",
    hint:
      known.length === 0
        ? "Run `timewell models list` to see which there are"
        : `Its latest versions are ${known.join(", ")}`,
  });
}
