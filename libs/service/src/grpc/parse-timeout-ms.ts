const pattern = /^(\d{1,8})([HMSmun])$/;
const unitsMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** Reads a `grpc-timeout` header in ms: undefined where there is none, NaN where it is malformed. */
export function parseTimeoutMs(header: string | readonly string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const match = pattern.exec(header.toString());
  return match === null ? NaN : Number(match[1]) * unitsMs[match[2]!]!;
}
