import type { Figure } from "./harness/figure.ts";

/** What a bench gets. */
export interface BenchContext {
  /** Small sizes: shows that the bench runs, its numbers say nothing. */
  readonly isQuick: boolean;
  /** Which figures to measure, by name. Undefined: all. */
  readonly only: RegExp | undefined;
  /** Counted pairs of runs. Undefined: the bench's own number. */
  readonly pairs: number | undefined;
  /** Where the servers leave their CPU profiles, absolute. Undefined: no profiles. */
  readonly profileFolder: string | undefined;
  /** Tells a person how far it is. */
  say(line: string): void;
}

/** A bench: a few figures that are measured together. */
export interface Bench {
  readonly name: string;
  readonly summary: string;
  /** What each figure measures, by name. */
  readonly measures: Readonly<Record<string, string>>;
  run(context: BenchContext): Promise<BenchResult>;
}

/** A number without a target. */
export interface Detail {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** A table of its own in the report. */
export interface ReportTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a bench found. */
export interface BenchResult {
  readonly figures: readonly Figure[];
  readonly details: readonly Detail[];
  /** True: something was wrong, so that figures are missing, and the program fails. Absent: no. */
  readonly isVoid?: boolean;
  /** For people only. */
  readonly tables?: readonly ReportTable[];
}
