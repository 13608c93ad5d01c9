-- The manifest of the offline store, its segments, and the record of materialize runs.

CREATE TABLE timewell.offline_manifest (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version bigint NOT NULL CHECK (version >= 0)
);

INSERT INTO timewell.offline_manifest (version) VALUES (0);

-- A removed segment keeps its row: a path is never used twice.
CREATE TABLE timewell.offline_segments (
  path text COLLATE "C" PRIMARY KEY,
  view_id bigint NOT NULL,
  schema_revision bigint NOT NULL,
  rows bigint NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  event_time_min bigint NOT NULL,
  event_time_max bigint NOT NULL,
  added_version bigint NOT NULL,
  removed_version bigint
);

CREATE TABLE timewell.offline_flushed (
  partition bigint PRIMARY KEY,
  position bigint NOT NULL
);

CREATE TABLE timewell.offline_runs (
  run bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  view_id bigint NOT NULL,
  range_from bigint NOT NULL,
  range_to bigint NOT NULL,
  started_at bigint NOT NULL,
  finished_at bigint,
  rows_read bigint,
  rows_written bigint,
  event_time_max bigint,
  created_time_max bigint
);

CREATE INDEX offline_runs_by_view ON timewell.offline_runs (view_id, run);
