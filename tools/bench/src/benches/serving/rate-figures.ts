import type { Detail } from "../../bench.ts";
import type { Figure } from "../../harness/figure.ts";
import { rateText } from "../../harness/rate-text.ts";
import type { Rounds } from "../../harness/round-robin.ts";
import { servingFigures } from "./figures.ts";

/** The figure of that name: the median over the rounds of one rate over the other. */
export function rateFigure(name: string, rounds: Rounds, ours: string, peer: string): Figure {
  const { unit, target, better } = servingFigures[name]!;
  return {
    ...{ name, value: rounds.ratio(ours, peer).median, unit, target, better },
    ours: rateText(rounds.rate(ours)),
    peer: rateText(rounds.rate(peer)),
  };
}

/** The rates behind it, and the least and greatest ratio of a round. */
export function rateDetails(name: string, rounds: Rounds, ours: string, peer: string): Detail[] {
  const { min, max } = rounds.ratio(ours, peer);
  const unit = servingFigures[name]?.unit ?? "×";
  return [
    { name: `${name}_ours`, value: rounds.rate(ours), unit: "req/s" },
    { name: `${name}_peer`, value: rounds.rate(peer), unit: "req/s" },
    { name: `${name}_min`, value: min, unit },
    { name: `${name}_max`, value: max, unit },
  ];
}
