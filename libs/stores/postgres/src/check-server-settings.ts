import { FeatureStoreError } from "@timewell/errors";

/** What a server says about itself. */
export interface ServerSettings {
  /** `server_version_num`, for example 150004 for 15.4. */
  readonly version: number;
  /** `on` or `off`. */
  readonly fsync: string;
  /** `synchronous_commit` of the log's own connections: all but `off` wait for the disk. */
  readonly synchronousCommit: string;
}

const versionMin = 140_000;

/** Refuses a server that is too old or does not write to disk, with STORE_MISCONFIGURED. */
export function checkServerSettings({ version, fsync, synchronousCommit }: ServerSettings): void {
  if (version < versionMin) {
    throw new FeatureStoreError(
      "STORE_MISCONFIGURED",
      `Cannot use PostgreSQL ${Math.floor(version / 10_000)}: expected 14 or later`,
      { hint: "Upgrade the server" },
    );
  }
  if (fsync !== "on") {
    throw new FeatureStoreError(
      "STORE_MISCONFIGURED",
      `Cannot use PostgreSQL with fsync = ${fsync}: a crash would lose acknowledged rows`,
      { hint: "Set fsync = on in postgresql.conf" },
    );
  }
  if (synchronousCommit === "off") {
    throw new FeatureStoreError(
      "STORE_MISCONFIGURED",
      "Cannot use PostgreSQL with synchronous_commit = off: a crash would lose acknowledged rows",
      {
        hint: "Let what stands between pass on the connection option synchronous_commit=on, or set it on the server",
      },
    );
  }
}
