import type { TimeSpan } from "@timewell/store-ports";
import type { Parameters } from "./parameters.ts";

/**
 * An expression that is true where the time `t`, µs, lies in one of the spans, both ends included. The spans come in order and do not
 * overlap. It is a search tree: for each row as many comparisons as the number of spans has binary digits.
 */
export function gapCondition(t: string, spans: readonly TimeSpan[], parameters: Parameters): string {
  const [span] = spans;
  if (span === undefined) return "false";
  if (spans.length === 1)
    return `${t} BETWEEN ${parameters.integer(span.fromUs)} AND ${parameters.integer(span.toUs)}`;
  const middle = spans.length >> 1;
  const [before, after] = [spans.slice(0, middle), spans.slice(middle)];
  const bound = parameters.integer(after[0]!.fromUs);
  const [low, high] = [gapCondition(t, before, parameters), gapCondition(t, after, parameters)];
  return `CASE WHEN ${t} < ${bound} THEN ${low} ELSE ${high} END`;
}

/** The spans that touch a range of times, so that a training set outside of all costs nothing. */
export function spansWithin(spans: readonly TimeSpan[], fromUs: bigint, toUs: bigint): TimeSpan[] {
  return spans.filter((span) => span.fromUs <= toUs && span.toUs >= fromUs);
}
