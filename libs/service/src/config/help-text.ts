import type { ConfigSpec } from "./config-option.ts";
import { flagName, variableName } from "./option-names.ts";

/** A command as its help shows it. */
export interface CommandInfo<Spec extends ConfigSpec = ConfigSpec> {
  /** As it is typed. */
  readonly name: string;
  readonly version: string;
  /** What it does, one sentence. */
  readonly summary: string;
  readonly options: Spec;
}

/** What `--help` prints. */
export function helpText(command: CommandInfo): string {
  const lines = Object.entries(command.options).map(([name, option]) => {
    const switchOn = option.placeholder === "" && option.defaultText === "true" ? "--no-" : "--";
    const flag = flagName(name).replace(/^--/, switchOn);
    const usage = option.placeholder === "" ? flag : `${flag} ${option.placeholder}`;
    const fallback =
      option.defaultText === undefined || option.placeholder === "" ? "" : ` [${option.defaultText}]`;
    return `  ${usage}\n      ${option.describe}${fallback}\n      ${variableName(name)}`;
  });
  return [
    `${command.name} ${command.version}`,
    command.summary,
    "",
    `Usage: ${command.name} [options]`,
    "",
    "Every option is a flag or an environment variable; the flag wins. [default]",
    "Durations: 250ms, 30s, 5m, 6h, 7d. Sizes: 512MiB, 2GiB.",
    "",
    ...lines,
    "  --help",
    "      Show this and stop",
    "  --version",
    "      Show the version and stop",
    "",
  ].join("\n");
}
