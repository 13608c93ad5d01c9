-- Known outages of the online store, and when it was last known to be whole.

CREATE TABLE timewell.online_gaps (
  store text COLLATE "C" NOT NULL,
  from_us bigint NOT NULL,
  to_us bigint CHECK (to_us >= from_us),
  reason text NOT NULL,
  PRIMARY KEY (store, from_us)
);

CREATE TABLE timewell.online_sightings (
  store text PRIMARY KEY,
  run_id text NOT NULL,
  at_us bigint NOT NULL
);
