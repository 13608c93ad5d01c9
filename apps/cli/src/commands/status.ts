import {
  type GetIngestionStatusResponse,
  GetIngestionStatusResponse_OnlineGap_Reason as Reason,
  type GetServingInfoResponse,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { Command } from "commander";
import { probeAll, type Probe } from "../checks/probe.ts";
import type { Cli } from "../cli.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Palette } from "../output/colour.ts";
import { count } from "../output/progress.ts";
import { renderPairs, renderTable, type Cell } from "../output/table.ts";
import { streamTable } from "../output/stream-table.ts";
import { ageText, durationText, timeText } from "../output/time-text.ts";
import { violationTable } from "../output/violation-table.ts";
import type { Session } from "../session.ts";

const example = `timewell status
timewell status --output json`;

/** `timewell status`. */
export function statusCommand(cli: Cli): Command {
  return cli.command("status", "Shows the four services, and how far each view is", example).action(
    cli.run(async (session) => {
      const apps = await probeAll(session.settings);
      const state = await readState(session, apps);
      await session.print(json(session, apps, state), text(session, apps, state));
      const isHealthy = apps.every((app) => app.isServing) && state.problems.length === 0;
      return isHealthy ? exitCodes.ok : exitCodes.error;
    }),
  );
}

interface State {
  readonly registryVersion: bigint | undefined;
  readonly serving: GetServingInfoResponse | undefined;
  readonly ingestion: GetIngestionStatusResponse | undefined;
  /** What could not be asked, and why. */
  readonly problems: readonly string[];
}

async function readState(session: Session, apps: readonly Probe[]): Promise<State> {
  const { project } = session;
  const call = { signal: session.io.signal };
  const problems: string[] = [];
  const isUp = (service: string) => apps.some((app) => app.service === service && app.isReachable);
  const ask = async <T>(service: "registry" | "serving" | "ingestion", answer: () => Promise<T>) => {
    if (!isUp(service)) return undefined;
    try {
      return await answer();
    } catch (error) {
      problems.push(`${service}: ${error instanceof FeatureStoreError ? error.message : String(error)}`);
      return undefined;
    }
  };
  const [projects, serving, ingestion] = await Promise.all([
    ask("registry", () => session.registry.listProjects({}, call)),
    ask("serving", () => session.serving.getServingInfo({ project }, call)),
    ask("ingestion", () => session.ingestion.getIngestionStatus({ project }, call)),
  ]);
  const found = projects?.projects.find((known) => known.name === project);
  return { registryVersion: projects && (found?.version ?? 0n), serving, ingestion, problems };
}

function servedVersion(state: State): bigint | undefined {
  return state.serving?.projects[0]?.version;
}

function text(session: Session, apps: readonly Probe[], state: State): string {
  const { palette, nowUs } = session;
  const { ingestion } = state;
  const appTable = renderTable(
    ["APP", "ADDRESS", "STATE", "VERSION", "ENGINES"],
    apps.map((app) => [
      app.service,
      app.url,
      stateCell(app, palette),
      app.version ?? "–",
      enginesOf(app, state),
    ]),
  );
  const facts = renderPairs([
    ["Project", session.project],
    ["Registry version", versionText(state)],
    [
      "Backlog",
      ingestion ? `${count(ingestion.backlogRows)} rows are durable and not online yet` : "unknown",
    ],
  ]);
  const views =
    ingestion === undefined || ingestion.views.length === 0
      ? ""
      : `\n${viewTable(ingestion, nowUs, palette)}`;
  const streams = ingestion === undefined ? "" : streamTable(ingestion, palette);
  const gaps =
    ingestion === undefined || ingestion.onlineGaps.length === 0
      ? ""
      : `\n${gapTable(ingestion, nowUs, palette)}`;
  const problems = state.problems.map((problem) => `${palette.red("Cannot ask")} ${problem}\n`).join("");
  const broken = ingestion === undefined ? "" : violationTable(ingestion);
  return `${appTable}\n${facts}${views}${streams}${broken}${gaps}${problems === "" ? "" : `\n${problems}`}`;
}

function stateCell(app: Probe, palette: Palette): Cell {
  if (!app.isReachable) return { text: `unreachable (${app.problem ?? ""})`, paint: palette.red };
  return app.isServing
    ? { text: "serving", paint: palette.green }
    : { text: "not serving", paint: palette.yellow };
}

function enginesOf(app: Probe, { serving, ingestion }: State): string {
  if (app.service === "serving") return serving?.engine ?? "";
  if (app.service !== "ingestion" || ingestion === undefined) return "";
  const online = `${ingestion.onlineEngine} online${ingestion.onlineAvailable ? "" : " (no answer)"}`;
  return `${ingestion.logEngine} log, ${online}`;
}

function versionText(state: State): string {
  const served = servedVersion(state);
  if (state.registryVersion === undefined)
    return `unknown${served === undefined ? "" : `; served: ${served}`}`;
  if (state.registryVersion === 0n) return "nothing applied yet";
  const isSame = served === undefined || served === state.registryVersion;
  return `${state.registryVersion}${isSame ? "" : ` (serving has ${served})`}`;
}

function viewTable(ingestion: GetIngestionStatusResponse, nowUs: bigint, palette: Palette): string {
  const age = (timeUs: bigint | undefined) => (timeUs === undefined ? "–" : ageText(timeUs, nowUs));
  const rows = ingestion.views.map((view): Cell[] => [
    `${view.view}@${view.version}`,
    age(view.lastRunFinishedAtUs),
    nextRunText(view.nextRunAtUs, nowUs),
    age(view.materializedToUs),
    view.appliedRows === view.logRows
      ? `${count(view.appliedRows)}/${count(view.logRows)}`
      : { text: `${count(view.appliedRows)}/${count(view.logRows)}`, paint: palette.yellow },
    age(view.eventTimeMaxUs),
    count(view.segmentRows),
    view.quarantinedRows === 0n ? "0" : { text: count(view.quarantinedRows), paint: palette.yellow },
  ]);
  return renderTable(
    [
      "VIEW",
      "LAST RUN",
      "NEXT RUN",
      "MATERIALIZED TO",
      "APPLIED/LOG",
      "NEWEST EVENT",
      "SEGMENT ROWS",
      "REFUSED",
    ],
    rows,
    ["APPLIED/LOG", "SEGMENT ROWS", "REFUSED"],
  );
}

function nextRunText(atUs: bigint | undefined, nowUs: bigint): string {
  if (atUs === undefined) return "–";
  return atUs <= nowUs ? "due" : `in ${durationText(Number((atUs - nowUs) / 1000n))}`;
}

function gapTable({ onlineGaps }: GetIngestionStatusResponse, nowUs: bigint, palette: Palette): string {
  const rows = onlineGaps.map(({ fromUs, toUs, reason, store }): Cell[] => [
    timeText(fromUs),
    toUs === undefined ? { text: "lasts", paint: palette.red } : timeText(toUs),
    durationText(Number(((toUs ?? nowUs) - fromUs) / 1000n)),
    `${store}: ${reasonTexts[reasonName(reason)]}`,
  ]);
  return renderTable(["OUTAGE FROM", "TO", "FOR", "WHY"], rows);
}

const reasonTexts = {
  UNSPECIFIED: "not known",
  UNREACHABLE: "did not answer",
  MISCONFIGURED: "is set up unsafely",
  RESTARTED: "was restarted",
  LOST_DATA: "lost its data",
} as const satisfies Record<keyof typeof Reason, string>;

/** A reason of a later server is not known here. */
function reasonName(reason: Reason): keyof typeof reasonTexts {
  const names = Object.keys(reasonTexts) as (keyof typeof reasonTexts)[];
  return names.find((name) => Reason[name] === reason) ?? "UNSPECIFIED";
}

function json(session: Session, apps: readonly Probe[], state: State) {
  const { ingestion } = state;
  return {
    project: session.project,
    registryVersion: state.registryVersion,
    servedVersion: servedVersion(state),
    registryAgeMs: state.serving?.registryAgeMs,
    onlineEngine: state.serving?.engine ?? ingestion?.onlineEngine,
    onlineAvailable: ingestion?.onlineAvailable,
    logEngine: ingestion?.logEngine,
    backlogRows: ingestion?.backlogRows,
    onlineGaps: (ingestion?.onlineGaps ?? []).map(({ fromUs, toUs, reason, store }) => ({
      fromUs,
      toUs,
      reason: reasonName(reason),
      store,
    })),
    apps: apps.map(({ service, url, isReachable, isServing, version, problem }) => ({
      service,
      url,
      isReachable,
      isServing,
      version,
      problem,
    })),
    views: (ingestion?.views ?? []).map(({ $typeName: _type, $unknown: _unknown, ...view }) => ({
      ...view,
      freshnessMs:
        view.eventTimeMaxUs === undefined ? undefined : Number((session.nowUs - view.eventTimeMaxUs) / 1000n),
    })),
    problems: state.problems,
  };
}
