import { failed } from "../value.ts";
import { toDuration } from "./to-duration.ts";

/** ns of each unit. */
const units: Readonly<Record<string, bigint>> = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  µs: 1_000n,
  ns: 1n,
};

const whole = /^([+-]?)((?:[0-9]{1,20}(?:\.[0-9]{0,9})?(?:h|ms|m|s|us|µs|ns))+)$/;
const part = /([0-9]+)(?:\.([0-9]*))?(h|ms|m|s|us|µs|ns)/g;

/** Reads a duration such as `1h30m` or `-1.5s`; one that is finer than a µs fails. */
export function parseDurationText(text: string): bigint | typeof failed {
  const parts = whole.exec(text);
  if (parts === null) return failed;
  let ns = 0n;
  for (const [, digits, fraction = "", unit] of parts[2]!.matchAll(part)) {
    const scale = 10n ** BigInt(fraction.length);
    const scaled = BigInt(digits! + fraction) * units[unit!]!;
    if (scaled % scale !== 0n) return failed;
    ns += scaled / scale;
  }
  if (ns % 1000n !== 0n) return failed;
  return toDuration((parts[1] === "-" ? -ns : ns) / 1000n);
}
