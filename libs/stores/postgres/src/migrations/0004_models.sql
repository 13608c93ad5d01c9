-- Recorded models: which training set and features each was made with.

CREATE TABLE timewell.registry_models (
  project text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  -- Later ones have greater numbers: lists and their pages go by it.
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  feature_service text COLLATE "C" NOT NULL,
  training_set_id text COLLATE "C" NOT NULL,
  views text[] NOT NULL,
  model bytea NOT NULL,
  PRIMARY KEY (project, name, version)
);

CREATE INDEX registry_models_by_number ON timewell.registry_models (project, number DESC);

CREATE INDEX registry_models_by_view ON timewell.registry_models USING gin (views);
