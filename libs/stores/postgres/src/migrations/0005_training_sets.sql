-- Training sets, the states of the offline store that they were made of, and digests of source files.

CREATE TABLE timewell.training_snapshots (
  snapshot_id text COLLATE "C" PRIMARY KEY,
  snapshot bytea NOT NULL
);

-- What was recorded is never changed, except that labels may be kept later.
CREATE TABLE timewell.training_sets (
  training_set_id text COLLATE "C" PRIMARY KEY,
  project text COLLATE "C" NOT NULL,
  feature_service text COLLATE "C" NOT NULL,
  registry_version bigint NOT NULL,
  grace bigint NOT NULL,
  snapshot_id text COLLATE "C" NOT NULL REFERENCES timewell.training_snapshots,
  labels_digest text NOT NULL,
  labels_kept boolean NOT NULL,
  rows bigint NOT NULL,
  request bytea NOT NULL,
  created_at bigint NOT NULL,
  created_by text NOT NULL
);

CREATE INDEX training_sets_by_time ON timewell.training_sets (project, created_at DESC, training_set_id DESC);

-- The whole is shard 0 of 1.
CREATE TABLE timewell.training_receipts (
  training_set_id text COLLATE "C" NOT NULL REFERENCES timewell.training_sets,
  shard_count bigint NOT NULL,
  shard_index bigint NOT NULL,
  receipt bytea NOT NULL,
  head bytea NOT NULL,
  PRIMARY KEY (training_set_id, shard_count, shard_index)
);

-- A digest holds for as long as the file's state is the one that is recorded with it.
CREATE TABLE timewell.source_digests (
  path text COLLATE "C" PRIMARY KEY,
  bytes bigint NOT NULL,
  state text NOT NULL,
  sha256 text NOT NULL
);
