-- Backfills: a range of event times of a view version in chunks, and which of these are done.

CREATE TABLE timewell.backfills (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  view_id bigint NOT NULL,
  range_from bigint NOT NULL,
  range_to bigint NOT NULL CHECK (range_to > range_from),
  chunk bigint NOT NULL CHECK (chunk > 0),
  started_at bigint NOT NULL,
  UNIQUE (view_id, range_from, range_to, chunk)
);

CREATE TABLE timewell.backfill_chunks (
  backfill bigint NOT NULL REFERENCES timewell.backfills (id),
  chunk bigint NOT NULL CHECK (chunk >= 0),
  PRIMARY KEY (backfill, chunk)
);
