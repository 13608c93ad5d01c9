const usOf = (iso: string) => BigInt(Date.parse(iso)) * 1_000n;

/**
 * The instants at which the promise is proved, µs UTC, ascending. Each is a hard one: a night, when most airports have
 * expired; the boundary of an hour, whose rows are of that very instant; the last microsecond of a day, when its row is
 * not there yet; midnight, when it is; and the last evening of the data.
 */
export const instantsUs: readonly bigint[] = [
  usOf("2001-01-09T03:17:42.123Z") + 456n,
  usOf("2001-02-14T12:00:00Z"),
  usOf("2001-03-31T23:59:59.999Z") + 999n,
  usOf("2001-05-18T00:00:00Z"),
  usOf("2001-06-30T21:45:00Z"),
];

/** When the example first looks at what is served, µs UTC; before the instants of the proof. */
export const firstLookUs: bigint = usOf("2001-01-08T12:00:00Z");

/** An instant in ISO 8601 with microseconds. */
export function formatInstant(us: bigint): string {
  const micros = String(us % 1_000_000n).padStart(6, "0");
  return `${new Date(Number(us / 1_000n)).toISOString().slice(0, 19)}.${micros}Z`;
}
