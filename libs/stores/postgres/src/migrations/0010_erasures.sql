-- Receipts of erased entities. The key itself is not kept.

CREATE TABLE timewell.erasures (
  erasure_id text COLLATE "C" PRIMARY KEY,
  project text COLLATE "C" NOT NULL,
  entity text COLLATE "C" NOT NULL,
  key_sha256 text COLLATE "C" NOT NULL,
  view_ids bigint[] NOT NULL,
  training_set_ids text[] NOT NULL,
  started_at bigint NOT NULL,
  erased_at bigint,
  receipt bytea NOT NULL
);

CREATE INDEX erasures_of_entity ON timewell.erasures (project, entity, key_sha256);

-- One at a time of each entity; a second one goes on with the first.
CREATE UNIQUE INDEX erasures_under_way ON timewell.erasures (project, entity, key_sha256) WHERE erased_at IS NULL;
