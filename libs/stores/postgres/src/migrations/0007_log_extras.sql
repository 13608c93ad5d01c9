-- What an append does besides rows: event ids, offsets of topics, refused rows.

-- Key: view id, 4 bytes; hash of the entity key, 12; hash of the event's id, 16. The position is in the entity's partition.
CREATE TABLE timewell.log_event_ids (
  event_key bytea PRIMARY KEY,
  position bigint NOT NULL
);

-- A row without an offset is there to be locked.
CREATE TABLE timewell.log_stream_offsets (
  view_id bigint NOT NULL,
  topic text COLLATE "C" NOT NULL,
  partition bigint NOT NULL,
  next_offset bigint,
  records bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (view_id, topic, partition)
);

-- Text of callers may hold what the type text refuses: it is kept as UTF-8 bytes.
CREATE TABLE timewell.log_quarantine (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  view_id bigint NOT NULL,
  origin text NOT NULL,
  kind text NOT NULL,
  message bytea NOT NULL,
  constraint_name text NOT NULL,
  came_from bytea NOT NULL,
  entity_key bytea,
  record_key bytea,
  record_time bigint,
  content bytea NOT NULL,
  content_bytes bigint NOT NULL,
  refused_at bigint NOT NULL
);

CREATE INDEX log_quarantine_by_view ON timewell.log_quarantine (view_id, id);

-- Whoever adds or drops rows of a view locks its count first: so ids of a view are in commit order, and nobody waits in a circle.
CREATE TABLE timewell.log_quarantine_counts (
  view_id bigint PRIMARY KEY,
  rows bigint NOT NULL DEFAULT 0,
  overflowed bigint NOT NULL DEFAULT 0
);
