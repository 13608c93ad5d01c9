import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { FeatureStoreError, showValue } from "@timewell/errors";
import { suggest } from "@timewell/model";

/** Name of the file with a project's settings. */
export const configFileName = "timewell.config.json";

/** The four services, by the name of their flags. */
export const serviceNames = ["registry", "serving", "retrieval", "ingestion"] as const;
/** Name of a service. */
export type ServiceName = (typeof serviceNames)[number];

/** What may stand in the settings file, and what it is when it stands nowhere. */
const defaults = {
  project: "default",
  registry: "http://127.0.0.1:7401",
  serving: "http://127.0.0.1:7402",
  retrieval: "http://127.0.0.1:7403",
  ingestion: "http://127.0.0.1:7404",
  definitions: "features.ts",
  token: "",
  tlsCa: "",
};
type Name = keyof typeof defaults;

/** Where the services are and what the command is about. */
export interface Settings extends Readonly<Record<Name, string>> {
  /** The settings file; undefined where there is none here or above. */
  readonly configPath: string | undefined;
  /** Folder of the settings file, else the current one: what its paths are relative to. */
  readonly baseDir: string;
}

/** Puts settings together: flags and environment (as commander read them), then the file, then the defaults. */
export function readSettings(flags: Readonly<Record<string, unknown>>, cwd: string): Settings {
  const configPath = findUpwards(cwd);
  const file = configPath === undefined ? {} : readConfigFile(configPath);
  const baseDir = configPath === undefined ? cwd : dirname(configPath);
  const values = { ...defaults };
  for (const name of Object.keys(defaults) as Name[]) {
    const flag = flags[name];
    const isPath = name === "definitions" || name === "tlsCa";
    if (typeof flag === "string" && flag !== "") values[name] = isPath ? resolve(cwd, flag) : flag;
    else {
      const found = file[name] ?? defaults[name];
      values[name] = isPath && found !== "" ? resolve(baseDir, found) : found;
    }
  }
  for (const name of serviceNames) checkUrl(name, values[name]);
  return { ...values, configPath, baseDir };
}

function findUpwards(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, configFileName);
    try {
      readFileSync(path);
      return path;
    } catch {
      if (dirname(at) === at) return undefined; // Not here, and there is nothing above.
    }
  }
}

function readConfigFile(path: string): Partial<Record<Name, string>> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw invalid(
      `Cannot read ${path}: it is not JSON`,
      "Mend it, or write it again with `timewell init`",
      cause,
    );
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw invalid(
      `Cannot read ${path}: got ${showValue(content)}, expected an object`,
      'Write { "project": "…" }',
    );
  }
  for (const [name, value] of Object.entries(content)) {
    if (name.startsWith("$")) continue;
    if (!Object.hasOwn(defaults, name)) {
      throw invalid(
        `Cannot use ${path}: ${name} is no setting`,
        suggest(name, Object.keys(defaults), "settings"),
      );
    }
    if (typeof value !== "string") {
      throw invalid(
        `Cannot use ${name} of ${path}: got ${showValue(value)}, expected text`,
        "Put it in quotes",
      );
    }
  }
  return content;
}

function checkUrl(name: string, text: string): void {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return;
  throw invalid(
    `Cannot use --${name}: got ${showValue(text)}, expected a URL of http or https`,
    `Write it like ${defaults[name as Name]}`,
  );
}

function invalid(problem: string, hint: string, cause?: unknown): FeatureStoreError {
  return new FeatureStoreError("INVALID_CONFIG", problem, { hint: hint.replace(/\.$/, ""), cause });
}
