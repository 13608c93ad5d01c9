-- The ingest log. Heads and leases are apart, so that applying never waits for appending.

CREATE TABLE timewell.log_heads (
  partition bigint PRIMARY KEY,
  head bigint NOT NULL
) WITH (fillfactor = 20);

CREATE TABLE timewell.log_leases (
  partition bigint PRIMARY KEY,
  applied bigint NOT NULL,
  epoch bigint NOT NULL,
  owner text,
  leased_until bigint NOT NULL
) WITH (fillfactor = 20);

INSERT INTO timewell.log_heads SELECT n, 0 FROM generate_series(0, 63) AS n;
INSERT INTO timewell.log_leases SELECT n, 0, 0, NULL, 0 FROM generate_series(0, 63) AS n;

CREATE TABLE timewell.log_rows (
  partition bigint NOT NULL,
  position bigint NOT NULL,
  view_id bigint NOT NULL,
  event_time bigint NOT NULL,
  appended_at bigint NOT NULL,
  available_time bigint,
  deleted boolean NOT NULL,
  entity_key bytea NOT NULL,
  payload bytea NOT NULL,
  PRIMARY KEY (partition, position)
) WITH (fillfactor = 80);

-- Room on each page lets a stamp be written without touching the index; payloads are not compressed.
ALTER TABLE timewell.log_rows ALTER COLUMN payload SET STORAGE EXTERNAL;

CREATE TABLE timewell.log_requests (
  scope text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  digest bytea NOT NULL,
  answer bytea,
  created_at bigint NOT NULL,
  PRIMARY KEY (scope, id)
);

CREATE INDEX log_requests_by_age ON timewell.log_requests (created_at);

-- Counts by view version are the sums of these rows. Every commit adds rows instead of updating a counter that all
-- writers would wait for; now and then they are folded into one row for each view version.
CREATE TABLE timewell.log_view_counts (
  view_id bigint NOT NULL,
  rows bigint NOT NULL,
  applied bigint NOT NULL,
  event_time_max bigint
);
