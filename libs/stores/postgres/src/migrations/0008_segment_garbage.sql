-- Since when a removed segment is not needed any more; NULL once its file is gone.
ALTER TABLE timewell.offline_segments ADD COLUMN removed_at bigint;

-- A compacted store has many more segments that were than segments that are.
CREATE INDEX offline_segments_present ON timewell.offline_segments (path) WHERE removed_version IS NULL;
CREATE INDEX offline_segments_garbage ON timewell.offline_segments (path) WHERE removed_at IS NOT NULL;
