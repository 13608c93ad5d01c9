import { Option } from "commander";

/** `--registry <url>` → `TIMEWELL_REGISTRY`. */
function variableOf(flags: string): string {
  const name = /--([a-z][a-z-]*)/.exec(flags)?.[1] ?? "";
  return `TIMEWELL_${name.replaceAll("-", "_").toUpperCase()}`;
}

/** A flag with its environment variable of the same name: `--max-age` is `TIMEWELL_MAX_AGE`. The flag wins. */
export function option(flags: string, description: string): Option {
  return new Option(flags, description).env(variableOf(flags));
}

/** Gathers a flag that may be given more than once. */
export function gather(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}
