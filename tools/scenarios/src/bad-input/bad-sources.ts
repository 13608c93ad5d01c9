import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { csvSource, entity, featureView, int64, parquetSource } from "@timewell/define";
import { writeParquet } from "../harness/write-parquet.ts";

const zone = entity({ name: "zone", joinKeys: { zone: "string" } });

/** A view on a file that cannot be used, by what is wrong with it. */
const paths = {
  truncated: "truncated.parquet",
  damaged: "damaged.parquet",
  missing: "missing.parquet",
  unlike: "unlike.parquet",
  above: "../outside.csv",
  absolute: "/etc/passwd",
  linked: "linked.csv",
  glob: "*.csv",
} as const;

/** Views on sources that are wrong; applying them is fine, reading them is not. */
export const badViews = Object.entries(paths).map(([name, file]) => {
  const source = file.endsWith(".parquet") ? parquetSource : csvSource;
  return featureView({
    name: `bad_${name}`,
    entity: zone,
    features: { trips: int64() },
    source: source({ path: file, eventTime: "at" }),
  });
});

/** Rows in `damaged.parquet`, in row groups of 2,048. */
export const damagedRows = 60_000;

/** Writes the files that are wrong, and the whole one that `mendDamaged` puts back. */
export async function writeBadSources(dataRoot: string, atUs: bigint): Promise<void> {
  const file = (name: string) => path.join(dataRoot, name);
  const rows = (count: number) =>
    `SELECT 'z' || i AS zone, make_timestamptz(${atUs} + i) AS at, (hash(i) % 1000000)::BIGINT AS trips FROM range(${count}) r(i)`;
  await writeParquet(file("whole.parquet"), rows(damagedRows), "ROW_GROUP_SIZE 2048, COMPRESSION zstd");
  const whole = readFileSync(file("whole.parquet"));
  writeFileSync(file("truncated.parquet"), whole.subarray(0, whole.length >> 1));
  // The footer stays whole: what is wrong shows only when a late row group is read.
  const damaged = Buffer.from(whole);
  damaged.fill(0xff, Math.floor(whole.length * 0.7), Math.floor(whole.length * 0.7) + 5_000);
  writeFileSync(file("damaged.parquet"), damaged);
  await writeParquet(
    file("unlike.parquet"),
    `SELECT 'z' AS zone, make_timestamptz(${atUs}) AS at, 'many' AS trips`,
  );
  writeFileSync(path.join(dataRoot, "../outside.csv"), "zone,at,trips\nz,2026-01-01T00:00:00Z,1\n");
  symlinkSync("../outside.csv", file("linked.csv"));
  symlinkSync("../outside.csv", file("linked-labels.csv"));
  writeFileSync(file("labels.txt"), "driver,event_timestamp\n1,2026-01-01T00:00:00Z\n");
  writeFileSync(file("no-time.csv"), "driver\n1\n");
  writeFileSync(file("no-key.csv"), "event_timestamp\n2026-01-01T00:00:00Z\n");
  writeFileSync(file("words.csv"), "driver,event_timestamp\nbob,2026-01-01T00:00:00Z\n");
  writeFileSync(file("cut-labels.parquet"), whole.subarray(0, 1_000));
}

/** Puts the whole file in the place of the damaged one. */
export function mendDamaged(dataRoot: string): void {
  writeFileSync(path.join(dataRoot, "damaged.parquet"), readFileSync(path.join(dataRoot, "whole.parquet")));
}
