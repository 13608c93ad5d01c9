import type { Summary } from "./summary.ts";

/** What the summary amounts to. */
export interface Verdict {
  /** True where nothing differs. */
  readonly isEqual: boolean;
  /** One sentence for people. */
  readonly text: string;
}

/**
 * Judges a summary. A proof in which one of the statuses never came up proves too little and does not count as equal;
 * neither does one with a row altered on purpose, which must show as exactly 1 difference.
 */
export function verdict(summary: Summary): Verdict {
  const { differences, broken, statuses } = summary;
  if (broken !== null) {
    const found =
      differences === 1 ? "1 difference, as it must be" : `${differences} differences instead of exactly 1`;
    return { isEqual: false, text: `${found}: the row altered on purpose is ${broken}.` };
  }
  if (Object.values(statuses).some((count) => count === 0)) {
    return { isEqual: false, text: "The proof is hollow: PRESENT, EXPIRED and NOT_FOUND must all come up." };
  }
  if (differences > 0) return { isEqual: false, text: `${differences} differences.` };
  return { isEqual: true, text: "0 differences: training, serving and the naive loop over the files agree." };
}
