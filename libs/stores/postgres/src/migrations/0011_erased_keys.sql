-- Who writes rows that were read before leaves out those of erased keys: their codes' digests, and the order in which erasures were begun.

ALTER TABLE timewell.erasures
  ADD COLUMN keys_sha256 text[] NOT NULL DEFAULT '{}',
  ADD COLUMN number bigint;

UPDATE timewell.erasures SET keys_sha256 = ARRAY[key_sha256], number = begun.number
FROM (SELECT erasure_id, row_number() OVER (ORDER BY started_at, erasure_id) AS number FROM timewell.erasures) AS begun
WHERE begun.erasure_id = erasures.erasure_id;

ALTER TABLE timewell.erasures ALTER COLUMN number SET NOT NULL;

CREATE UNIQUE INDEX erasures_in_order ON timewell.erasures (number);
