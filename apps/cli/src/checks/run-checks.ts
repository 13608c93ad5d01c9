import { access, constants } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { GetIngestionStatusResponse } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { compileProject, type CompiledProject } from "@timewell/model";
import { count } from "../output/progress.ts";
import { durationText } from "../output/time-text.ts";
import type { Session } from "../session.ts";
import { fail, ok, warn, type Check } from "./check.ts";
import { probeAll, type Probe } from "./probe.ts";

const nodeMajorMin = 24;
const clockWarnMs = 2_000;
const clockFailMs = 60_000;
const backlogWarnRows = 10_000n;
const registryAgeWarnMs = 30_000n;

/** Looks at everything that commonly goes wrong, and says how to mend it. */
export async function runChecks(session: Session): Promise<Check[]> {
  const apps = await probeAll(session.settings);
  const isUp = (service: string) => apps.some((app) => app.service === service && app.isReachable);
  const project = isUp("registry") ? await readProject(session) : undefined;
  const checks: Check[] = [checkNode(process.versions.node), ...apps.flatMap(checkApp)];
  if (project instanceof Error) checks.push(askFailed("definitions", project));
  else if (project !== undefined) checks.push(checkDefined(session, project));
  const compiled = project instanceof Error ? undefined : project;
  if (isUp("serving")) checks.push(...(await checkServing(session, compiled)));
  if (isUp("ingestion")) checks.push(...(await checkIngestion(session)));
  if (compiled !== undefined) checks.push(...(await checkSources(session, compiled)));
  return checks;
}

async function readProject(session: Session): Promise<CompiledProject | Error | undefined> {
  try {
    const { snapshot } = await session.registry.getSnapshot({ project: session.project });
    return snapshot && compileProject(snapshot);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The command itself needs Node 24. */
export function checkNode(nodeVersion: string): Check {
  const isNew = Number(nodeVersion.split(".")[0]) >= nodeMajorMin;
  return isNew
    ? ok("node", `Node ${nodeVersion}`)
    : fail(
        "node",
        `Node ${nodeVersion} is too old`,
        `Install Node ${nodeMajorMin}, or start with npm run timewell.`,
      );
}

/** An app answers, is healthy, and its clock agrees with this one. */
export function checkApp(app: Probe): Check[] {
  const { service, url } = app;
  if (!app.isReachable) {
    return [fail(service, `cannot be reached at ${url}: ${app.problem ?? "no answer"}`, app.mend)];
  }
  const version = app.version === undefined ? "" : `, version ${app.version}`;
  const health = app.isServing
    ? ok(service, `serving at ${url}${version}`)
    : fail(
        service,
        `answers at ${url}, but is not serving${version}`,
        "See its log; it may wait for the registry or a store.",
      );
  return [health, ...checkClock(app)];
}

function checkClock({ service, clockAheadMs }: Probe): Check[] {
  if (clockAheadMs === undefined) return [];
  const offMs = Math.abs(clockAheadMs);
  const name = `${service} clock`;
  if (offMs <= clockWarnMs) return [ok(name, "agrees with this machine's")];
  const message = `is ${durationText(offMs)} ${clockAheadMs > 0 ? "ahead of" : "behind"} this machine's`;
  const mend =
    "Synchronize both clocks (NTP): event times in the future are refused, and ttl is judged by the clock.";
  return [offMs > clockFailMs ? fail(name, message, mend) : warn(name, message, mend)];
}

function checkDefined(session: Session, project: CompiledProject): Check {
  const { size } = project.views;
  const message = `project ${project.project} is at version ${project.version} with ${size} views and ${project.services.size} services`;
  if (size > 0) return ok("definitions", message);
  return warn("definitions", message, `Apply some: timewell apply features.ts --project ${session.project}`);
}

async function checkServing(session: Session, project: CompiledProject | undefined): Promise<Check[]> {
  try {
    const info = await session.serving.getServingInfo({ project: session.project });
    const served = info.projects[0]?.version ?? 0n;
    const checks: Check[] = [];
    if (project !== undefined) checks.push(checkServedVersion(served, project.version));
    const ageMs = info.registryAgeMs;
    if (ageMs === undefined || ageMs > registryAgeWarnMs) {
      const age = ageMs === undefined ? "never in this process" : `${durationText(Number(ageMs))} ago`;
      checks.push(
        warn(
          "serving follows",
          `serving last heard of the registry ${age}`,
          "Check the way from serving to the registry.",
        ),
      );
    }
    return checks;
  } catch (error) {
    return [askFailed("serving", error)];
  }
}

/** What is served is what was applied last. */
export function checkServedVersion(served: bigint, applied: bigint): Check {
  const name = "serving version";
  if (served === applied) return ok(name, `serves version ${served}, the registry's`);
  const mend = "Wait a second and look again; if it stays so, check the way from serving to the registry.";
  return fail(name, `serves version ${served}, the registry has ${applied}`, mend);
}

async function checkIngestion(session: Session): Promise<Check[]> {
  try {
    return checkIngestionStatus(await session.ingestion.getIngestionStatus({ project: session.project }));
  } catch (error) {
    return [askFailed("ingestion", error)];
  }
}

/** The online store answers, and what was pushed reaches it. */
export function checkIngestionStatus(status: GetIngestionStatusResponse): Check[] {
  const engine = status.onlineEngine;
  const online = status.onlineAvailable
    ? ok("online store", `${engine} answers`)
    : fail(
        "online store",
        `${engine} does not answer`,
        "Start it, or check --online of serving and ingestion.",
      );
  const rows = count(status.backlogRows);
  const backlog =
    status.backlogRows < backlogWarnRows
      ? ok("backlog", `${rows} rows wait to be applied`)
      : warn(
          "backlog",
          `${rows} rows wait to be applied`,
          "See ingestion's log; the online store may be slow or down.",
        );
  return [online, backlog];
}

async function checkSources(session: Session, project: CompiledProject): Promise<Check[]> {
  const { settings } = session;
  const roots = [...new Set([dirname(settings.definitions), settings.baseDir, session.io.cwd])];
  const latest = [...project.views.values()].flatMap((versions) => versions.at(-1) ?? []);
  const paths = new Map(
    latest.flatMap((view) => (view.source ? [[view.source.path, view.name] as const] : [])),
  );
  return Promise.all(
    [...paths].map(async ([path, view]) => {
      const name = `source of ${view}`;
      const candidates = roots.map((root) => resolve(root, path));
      const found = await firstReadable(candidates);
      if (found !== undefined) return ok(name, `${found} can be read`);
      const mend = "If the servers run elsewhere this may be right; else check the path and --data-root.";
      return warn(name, `${path} cannot be read from here`, mend);
    }),
  );
}

async function firstReadable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const isReadable = await access(path, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (isReadable) return path;
  }
  return undefined;
}

function askFailed(name: string, error: unknown): Check {
  if (!(error instanceof FeatureStoreError)) return fail(name, String(error), "Run it again with --verbose.");
  if (error.kind === "PROJECT_NOT_FOUND")
    return warn(name, "nothing is applied yet", "Run timewell apply features.ts.");
  if (error.kind === "UNAUTHENTICATED" || error.kind === "PERMISSION_DENIED") {
    return fail(name, error.message, "Give a token that may read: --token or TIMEWELL_TOKEN.");
  }
  return fail(name, error.message, error.hint === "" ? "See the server's log." : error.hint);
}
