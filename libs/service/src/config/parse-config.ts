import { FeatureStoreError, showValue } from "@timewell/errors";
import { distance } from "fastest-levenshtein";
import type { ConfigOf, ConfigOption, ConfigSpec } from "./config-option.ts";
import { helpText, type CommandInfo } from "./help-text.ts";
import { flagName, variableName } from "./option-names.ts";

/** What a command line asks for: values to run with, or a text to show before a good end. */
export type ParsedConfig<Spec extends ConfigSpec> =
  | { readonly kind: "run"; readonly config: ConfigOf<Spec> }
  | { readonly kind: "show"; readonly text: string };

/**
 * Reads settings from flags, the environment and defaults, in this order of weight.
 *
 * INVALID_CONFIG names the flag or variable, its value and what was expected; a flag that does not exist, the nearest one that does.
 */
export function parseConfig<Spec extends ConfigSpec>(
  command: CommandInfo<Spec>,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ParsedConfig<Spec> {
  if (argv.includes("--help") || argv.includes("-h")) return { kind: "show", text: helpText(command) };
  if (argv.includes("--version")) return { kind: "show", text: `${command.name} ${command.version}\n` };
  const typed = readFlags(command, argv);
  const values = Object.entries(command.options).map(([name, option]) => {
    const variable = variableName(name);
    const fromFlag = typed.get(name);
    if (fromFlag !== undefined) return [name, parseValue(option, flagName(name), fromFlag)] as const;
    const fromEnv = env[variable];
    if (fromEnv !== undefined && fromEnv !== "")
      return [name, parseValue(option, variable, fromEnv)] as const;
    return [name, option.defaultText === undefined ? undefined : option.parse(option.defaultText)] as const;
  });
  return { kind: "run", config: Object.fromEntries(values) as ConfigOf<Spec> };
}

function readFlags(command: CommandInfo, argv: readonly string[]): Map<string, string> {
  const byFlag = new Map(Object.keys(command.options).map((name) => [flagName(name), name]));
  const found = new Map<string, string>();
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    const [flag = "", inline] = splitOnce(word);
    const negated = byFlag.get(flag.replace(/^--no-/, "--"));
    const name = byFlag.get(flag) ?? (isSwitch(command, negated) ? negated : undefined);
    const option = name === undefined ? undefined : command.options[name];
    if (name === undefined || option === undefined) throw unknownFlag(command, word, [...byFlag.keys()]);
    if (option.placeholder === "") {
      if (inline !== undefined && inline !== "true" && inline !== "false")
        throw invalid(option, flag, inline);
      found.set(name, byFlag.has(flag) ? (inline ?? "true") : "false");
      continue;
    }
    const value = inline ?? argv[++at];
    if (value === undefined) {
      throw new FeatureStoreError(
        "INVALID_CONFIG",
        `Cannot read ${flag}: it has no value, expected ${option.expected}`,
        {
          field: flag,
          hint: `Write ${flag} ${option.placeholder}.`,
        },
      );
    }
    found.set(name, value);
  }
  return found;
}

function isSwitch(command: CommandInfo, name: string | undefined): boolean {
  return name !== undefined && command.options[name]?.placeholder === "";
}

function splitOnce(word: string): [string, string | undefined] {
  const equals = word.indexOf("=");
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

function parseValue(option: ConfigOption<unknown>, source: string, text: string): unknown {
  const value = option.parse(text);
  if (value === undefined) throw invalid(option, source, text);
  return value;
}

function invalid(option: ConfigOption<unknown>, source: string, text: string): FeatureStoreError {
  const shown = option.secret ? "a value that is not shown" : showValue(text);
  return new FeatureStoreError(
    "INVALID_CONFIG",
    `Cannot use ${source}: got ${shown}, expected ${option.expected}`,
    { field: source },
  );
}

function unknownFlag(command: CommandInfo, word: string, flags: readonly string[]): FeatureStoreError {
  const wanted = splitOnce(word)[0];
  const near = flags
    .map((flag) => ({ flag, edits: distance(wanted, flag) }))
    .sort((a, b) => a.edits - b.edits)[0];
  const isNear = near !== undefined && near.edits <= Math.max(2, Math.floor(wanted.length / 3));
  const what = word.startsWith("-") ? "option" : "argument";
  return new FeatureStoreError(
    "INVALID_CONFIG",
    `Cannot use ${what} ${showValue(wanted)}: there is none of that name`,
    {
      field: wanted,
      hint: isNear ? `Did you mean ${near.flag}?` : `Run ${command.name} --help to see them all.`,
    },
  );
}
