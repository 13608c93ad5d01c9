import { parseDuration } from "@timewell/ttl";
import type { ConfigOption, OptionInit } from "./config-option.ts";

type Init<T, Default> = OptionInit<T> & { readonly default?: Default };
/** The value type of an option: undefined is possible only where there is no default. */
type Value<T, Default> = Default extends T | string ? T : T | undefined;

function option<T>(
  init: { readonly describe: string; readonly default?: unknown; readonly secret?: boolean },
  placeholder: string,
  expected: string,
  parse: (text: string) => T | undefined,
): ConfigOption<never> {
  const defaultText = init.default === undefined ? undefined : String(init.default);
  if (defaultText !== undefined && parse(defaultText) === undefined) {
    throw new TypeError(`Cannot use ${defaultText} as a default: expected ${expected}`);
  }
  const made = {
    describe: init.describe,
    placeholder,
    expected,
    defaultText,
    secret: init.secret ?? false,
    parse,
  };
  return made as ConfigOption<unknown> as ConfigOption<never>;
}

/** Any text that is not empty. */
export function stringOption<const D extends string | undefined = undefined>(
  init: Init<string, D>,
): ConfigOption<Value<string, D>> {
  return option(init, "TEXT", "text that is not empty", (text) => (text === "" ? undefined : text));
}

/** A path of a file or folder; relative ones start where the process was started. */
export function pathOption<const D extends string | undefined = undefined>(
  init: Init<string, D>,
): ConfigOption<Value<string, D>> {
  return option(init, "PATH", "a path", (text) => (text === "" || text.includes("\0") ? undefined : text));
}

/** Paths with `:` between them; none by default. */
export function pathsOption(init: { readonly describe: string }): ConfigOption<readonly string[]> {
  return option({ ...init, default: "" }, "PATH[:PATH…]", "paths with : between them", (text) =>
    text.includes("\0") ? undefined : text.split(":").filter((path) => path !== ""),
  );
}

/** A whole number from `min` to `max`, both included. */
export function integerOption<const D extends number | undefined = undefined>(
  init: Init<number, D> & { readonly min: number; readonly max: number },
): ConfigOption<Value<number, D>> {
  const { min, max } = init;
  return option(init, "NUMBER", `a whole number from ${min} to ${max}`, (text) => {
    const value = Number(text);
    return /^-?\d+$/.test(text) && value >= min && value <= max ? value : undefined;
  });
}

/** A duration such as `6h`, of at most `max` where that is given; its value is in ms. */
export function durationOption<const D extends string | undefined = undefined>(init: {
  readonly describe: string;
  readonly default?: D;
  readonly max?: string;
}): ConfigOption<Value<number, D>> {
  const maxMs = init.max === undefined ? Number.MAX_SAFE_INTEGER : parseDuration(init.max);
  const bound = init.max === undefined ? "" : `, at most ${init.max}`;
  return option(init, "DURATION", `a duration like 250ms, 30s, 5m, 6h or 7d${bound}`, (text) => {
    try {
      const durationMs = parseDuration(text);
      return durationMs <= maxMs ? durationMs : undefined;
    } catch {
      return undefined; // The caller says what was expected, and of which option.
    }
  });
}

const byteUnits = new Map([
  ["B", 1],
  ["KiB", 2 ** 10],
  ["MiB", 2 ** 20],
  ["GiB", 2 ** 30],
  ["TiB", 2 ** 40],
]);

/** A size such as `2GiB`; its value is in bytes. */
export function bytesOption<const D extends string | undefined = undefined>(init: {
  readonly describe: string;
  readonly default?: D;
}): ConfigOption<Value<number, D>> {
  return option(init, "SIZE", "a size like 512MiB or 2GiB", (text) => {
    const match = /^(\d+)(B|KiB|MiB|GiB|TiB)$/.exec(text);
    const bytes = Number(match?.[1]) * (byteUnits.get(match?.[2] ?? "") ?? Number.NaN);
    return Number.isSafeInteger(bytes) ? bytes : undefined;
  });
}

/** A URL of one of the protocols, each written like `http:`. */
export function urlOption<const D extends string | undefined = undefined>(
  init: Init<string, D> & { readonly protocols: readonly string[] },
): ConfigOption<Value<string, D>> {
  const examples = init.protocols.map((protocol) => `${protocol}//…`).join(" or ");
  return option(init, "URL", `a URL like ${examples}`, (text) =>
    URL.canParse(text) && init.protocols.includes(new URL(text).protocol) ? text : undefined,
  );
}

/** One of a few words. */
export function choiceOption<const C extends string, const D extends C | undefined = undefined>(init: {
  readonly describe: string;
  readonly choices: readonly C[];
  readonly default?: D;
}): ConfigOption<undefined extends D ? C | undefined : C> {
  const expected = `one of ${init.choices.join(", ")}`;
  return option(init, init.choices.join("|"), expected, (text) =>
    init.choices.find((choice) => choice === text),
  );
}

/** A switch: `--name` or `--no-name`; `true` or `false` in the environment. */
export function booleanOption(init: {
  readonly describe: string;
  readonly default?: boolean;
}): ConfigOption<boolean> {
  return option({ default: false, ...init }, "", "true or false", (text) =>
    text === "true" ? true : text === "false" ? false : undefined,
  );
}

/** Where to listen. */
export interface ListenAddress {
  /** A host name or IP address, without brackets. */
  readonly host: string;
  /** 0 … 65,535; 0 lets the system choose. */
  readonly port: number;
}

/** `host:port`; IPv6 addresses in brackets. */
export function addressOption<const D extends string | undefined = undefined>(init: {
  readonly describe: string;
  readonly default?: D;
}): ConfigOption<Value<ListenAddress, D>> {
  return option(init, "HOST:PORT", "a host and a port like 127.0.0.1:7402", (text) => {
    const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text);
    const host = match?.[1] ?? match?.[2];
    const port = Number(match?.[3]);
    return host === undefined || !(port <= 65_535) ? undefined : { host, port };
  });
}
