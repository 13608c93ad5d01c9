import { featureNames } from "../fixtures/history-sql.ts";

/** Ttl of the view, µs. */
const ttlUs = 30n * 86_400_000_000n;

/**
 * The same rule in plain DuckDB: for each label the latest row by (event time, row number), not later than the label,
 * withheld past the ttl, in label order. Of the forms that were tried this is the quickest.
 */
export function trainingSql(labelsFile: string, historyFile: string): string {
  const quote = (file: string): string => `'${file.replaceAll("'", "''")}'`;
  const features = featureNames.map(
    (name) => `CASE WHEN l.t - h.e <= ${ttlUs} THEN h.${name} END AS ${name}`,
  );
  return `SELECT l.entity_id, l.event_timestamp, l.label, ${features.join(", ")}
FROM (SELECT *, epoch_us(event_timestamp) AS t, file_row_number AS o
      FROM read_parquet(${quote(labelsFile)}, file_row_number = true)) l
ASOF LEFT JOIN (SELECT *, epoch_us(event_timestamp) AS e, file_row_number AS r
                FROM read_parquet(${quote(historyFile)}, file_row_number = true)) h
  ON l.entity_id = h.entity_id AND row(l.t, 9223372036854775807) >= row(h.e, h.r)
ORDER BY l.o`;
}
