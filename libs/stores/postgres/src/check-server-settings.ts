import { FeatureStoreError } from "@timewell/errors";

/** What a server says about itself. */
export interface ServerSettings {
  /** `server_version_num`, for example 150004 for 15.4. */
  readonly version: number;
  /** `on` or `off`. */
  readonly fsync: string;
}

const versionMin = 140_000;

/** Refuses a server that is too old or does not write to disk, with STORE_MISCONFIGURED. */
export function checkServerSettings({ version, fsync }: ServerSettings): void {
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
}
