-- Stamps of applied rows: one row for positions in a row that became available at the same time. A row of the log is written once.
CREATE TABLE timewell.log_stamps (
  partition bigint NOT NULL,
  first bigint NOT NULL,
  last bigint NOT NULL CHECK (last >= first),
  available_time bigint NOT NULL,
  PRIMARY KEY (partition, last)
);

INSERT INTO timewell.log_stamps (partition, first, last, available_time)
SELECT partition, min(position), max(position), available_time
FROM (
  SELECT partition, position, available_time,
    position - row_number() OVER (PARTITION BY partition, available_time ORDER BY position) AS island
  FROM timewell.log_rows WHERE available_time IS NOT NULL
) AS stamped
GROUP BY partition, available_time, island;

ALTER TABLE timewell.log_rows DROP COLUMN available_time;
ALTER TABLE timewell.log_rows RESET (fillfactor);
