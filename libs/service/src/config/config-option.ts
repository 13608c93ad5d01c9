/** One setting: a flag and an environment variable of the same meaning. */
export interface ConfigOption<T> {
  /** What it does, one sentence without a full stop. */
  readonly describe: string;
  /** What a value looks like in the help, for example `DURATION`; empty for a switch. */
  readonly placeholder: string;
  /** What a value must be, for messages. */
  readonly expected: string;
  /** As it would be typed; undefined where there is no default. */
  readonly defaultText: string | undefined;
  /** True where the value must not be shown. */
  readonly secret: boolean;
  /** Reads a typed value; undefined where it is not one. */
  readonly parse: (text: string) => T | undefined;
  /** Only for types. */
  readonly _type?: T;
}

/** Options by name: `dataDir` is `--data-dir` and `TIMEWELL_DATA_DIR`. */
export type ConfigSpec = Readonly<Record<string, ConfigOption<unknown>>>;

/** The values of a spec. */
export type ConfigOf<Spec extends ConfigSpec> = {
  readonly [Name in keyof Spec]: Spec[Name] extends ConfigOption<infer T> ? T : never;
};

/** What every kind of option takes. */
export interface OptionInit<T> {
  readonly describe: string;
  readonly default?: T;
  readonly secret?: boolean;
}
