import type { BenchResult } from "../bench.ts";
import { machineFacts } from "./machine-facts.ts";

/** The machine-readable result: the figures, then what else was counted, and on what. */
export function figuresJson({ figures, details }: BenchResult): string {
  const plain = figures.map(({ name, value, unit, target, better }) => ({
    name,
    value: rounded(value),
    unit,
    target,
    better,
  }));
  const counted = details.map((detail) => ({ ...detail, value: rounded(detail.value) }));
  return `${JSON.stringify({ figures: plain, details: counted, machine: machineFacts() }, undefined, 2)}\n`;
}

/** Four significant digits: more would be noise. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
