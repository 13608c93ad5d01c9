import type { Detail } from "../../bench.ts";
import type { Figure } from "../../harness/figure.ts";
import type { Rounds } from "../../harness/round-robin.ts";
import { trainingFigures } from "./figures.ts";

/** A figure of two sides whose rates are runs a second: the ratio of their times, or how much faster ours is. */
export function ratioFigure(
  name: string,
  rounds: Rounds,
  side: string,
  peer: string,
): { readonly figure: Figure; readonly details: readonly Detail[] } {
  const { unit, target, better } = trainingFigures[name]!;
  const ratio = better === "lower" ? rounds.ratio(peer, side) : rounds.ratio(side, peer);
  const ms = (which: string): number => 1000 / rounds.rate(which);
  const figure = {
    name,
    value: ratio.median,
    unit,
    target,
    better,
    ours: `${ms(side).toFixed(0)} ms`,
    peer: `${ms(peer).toFixed(0)} ms`,
  };
  const details = [
    { name: `${name}_ours`, value: ms(side), unit: "ms" },
    { name: `${name}_peer`, value: ms(peer), unit: "ms" },
    { name: `${name}_ratio_min`, value: ratio.min, unit },
    { name: `${name}_ratio_max`, value: ratio.max, unit },
  ];
  return { figure, details };
}
