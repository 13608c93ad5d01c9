import { describe, expect, it } from "vitest";
import { FeatureStoreError } from "@timewell/errors";
import {
  addressOption,
  booleanOption,
  bytesOption,
  choiceOption,
  durationOption,
  integerOption,
  pathOption,
  stringOption,
  urlOption,
} from "./options.ts";
import { parseConfig } from "./parse-config.ts";

const command = {
  name: "thing",
  version: "1.2.3",
  summary: "Does a thing.",
  options: {
    listen: addressOption({ describe: "Listen here", default: "127.0.0.1:7" }),
    dataDir: pathOption({ describe: "Keep it here" }),
    rowsMax: integerOption({ describe: "Rows", min: 1, max: 10, default: 5 }),
    grace: durationOption({ describe: "Grace", default: "30d" }),
    memory: bytesOption({ describe: "Memory", default: "2GiB" }),
    database: urlOption({ describe: "Database", protocols: ["postgres:"], secret: true }),
    level: choiceOption({ describe: "Level", choices: ["low", "high"], default: "low" }),
    loud: booleanOption({ describe: "Loud" }),
    note: stringOption({ describe: "Note" }),
  },
};

function run(argv: string[], env: Record<string, string> = {}) {
  const parsed = parseConfig(command, argv, env);
  if (parsed.kind === "show") throw new TypeError("asked for help");
  return parsed.config;
}

function failure(argv: string[], env: Record<string, string> = {}): FeatureStoreError {
  try {
    run(argv, env);
  } catch (error) {
    if (error instanceof FeatureStoreError) return error;
  }
  throw new TypeError("it did not fail");
}

describe("parseConfig()", () => {
  it("gives defaults in their units", () => {
    expect(run([])).toEqual({
      listen: { host: "127.0.0.1", port: 7 },
      dataDir: undefined,
      rowsMax: 5,
      grace: 30 * 86_400_000,
      memory: 2 ** 31,
      database: undefined,
      level: "low",
      loud: false,
      note: undefined,
    });
  });

  it("lets the flag win over the environment, and the environment over the default", () => {
    const env = { TIMEWELL_ROWS_MAX: "6", TIMEWELL_DATA_DIR: "/env", TIMEWELL_LOUD: "true" };
    const config = run(["--rows-max=7", "--listen", "[::1]:0", "--no-loud"], env);
    expect(config).toMatchObject({
      rowsMax: 7,
      dataDir: "/env",
      listen: { host: "::1", port: 0 },
      loud: false,
    });
  });

  it("treats an empty variable as absent", () => expect(run([], { TIMEWELL_ROWS_MAX: "" }).rowsMax).toBe(5));

  it.each([
    [["--rows-max", "11"], "--rows-max", '"11"', "a whole number from 1 to 10"],
    [["--grace", "5 days"], "--grace", '"5 days"', "a duration"],
    [["--memory", "2GB"], "--memory", '"2GB"', "a size"],
    [["--listen", "nowhere"], "--listen", '"nowhere"', "a host and a port"],
    [["--listen", "a:70000"], "--listen", '"a:70000"', "a host and a port"],
    [["--level", "mid"], "--level", '"mid"', "one of low, high"],
    [["--loud=maybe"], "--loud", '"maybe"', "true or false"],
    [["--note"], "--note", "no value", "text that is not empty"],
  ])("refuses %j with the flag, the value and what was expected", (argv, flag, value, expected) => {
    const error = failure(argv);
    expect(error).toMatchObject({ kind: "INVALID_CONFIG", field: flag });
    expect(error.message).toContain(value);
    expect(error.message).toContain(expected);
  });

  it("names the variable of a wrong value", () => {
    expect(failure([], { TIMEWELL_GRACE: "x" }).message).toContain("TIMEWELL_GRACE");
  });

  it("does not show a secret", () => {
    const error = failure(["--database", "http://user:hunter2@x"]);
    expect(error.message).not.toContain("hunter2");
  });

  it("names the nearest flag for one that does not exist", () => {
    expect(failure(["--row-max", "3"]).message).toContain("Did you mean --rows-max?");
    expect(failure(["--zzzzzzzz"]).message).toContain("--help");
    expect(failure(["stray"]).message).toContain('argument "stray"');
  });

  it("--help shows every flag with its variable and default", () => {
    const parsed = parseConfig(command, ["--rows-max", "99", "--help"], {});
    expect(parsed.kind).toBe("show");
    const text = parsed.kind === "show" ? parsed.text : "";
    for (const name of ["--data-dir PATH", "TIMEWELL_DATA_DIR", "[30d]", "low|high"])
      expect(text).toContain(name);
  });

  it("--version shows the version", () => {
    expect(parseConfig(command, ["--version"], {})).toEqual({ kind: "show", text: "thing 1.2.3\n" });
  });
});
