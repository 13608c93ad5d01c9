-- Every version of every project, and the counter that gives ids of view versions.

CREATE TABLE timewell.registry_snapshots (
  project text COLLATE "C" NOT NULL,
  version bigint NOT NULL CHECK (version >= 1),
  snapshot bytea NOT NULL,
  PRIMARY KEY (project, version)
);

-- Snapshots are read whole and are Protobuf already: no time is spent on compressing them.
ALTER TABLE timewell.registry_snapshots ALTER COLUMN snapshot SET STORAGE EXTERNAL;

CREATE TABLE timewell.registry_view_ids (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  last_id bigint NOT NULL CHECK (last_id BETWEEN 0 AND 4294967295)
);

INSERT INTO timewell.registry_view_ids (last_id) VALUES (0);
