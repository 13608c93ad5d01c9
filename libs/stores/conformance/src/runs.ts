/** Runs of a property test: `TIMEWELL_RUNS` where it is set, for long searches, else `byDefault`. */
export function runs(byDefault: number): number {
  const asked = Number(process.env["TIMEWELL_RUNS"] ?? "");
  return asked > 0 ? asked : byDefault;
}
