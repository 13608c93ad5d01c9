/** A measured number with a target. */
export interface Figure {
  readonly name: string;
  /** The number that is held against the target. */
  readonly value: number;
  readonly unit: string;
  readonly target: number;
  /** Which side of the target is good. The target itself is met. */
  readonly better: "higher" | "lower";
  /** The two numbers behind the value, as a person reads them. */
  readonly ours: string;
  readonly peer: string;
}

/** Whether a figure meets its target. */
export function isMet({ value, target, better }: Figure): boolean {
  return better === "higher" ? value >= target : value <= target;
}
