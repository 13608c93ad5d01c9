import { describe, expect, it } from "vitest";
import { checkServerSettings } from "./check-server-settings.ts";

describe("checkServerSettings()", () => {
  it("takes PostgreSQL 14 and later with fsync", () => {
    for (const version of [140_000, 150_004, 190_000])
      checkServerSettings({ version, fsync: "on", synchronousCommit: "on" });
  });

  it("refuses an older server", () => {
    expect(() => checkServerSettings({ version: 130_021, fsync: "on", synchronousCommit: "on" })).toThrow(
      "Cannot use PostgreSQL 13: expected 14 or later. Upgrade the server",
    );
  });

  it("refuses a server that does not write to disk", () => {
    const fine = { version: 150_000, fsync: "on", synchronousCommit: "remote_write" };
    checkServerSettings(fine);
    for (const settings of [
      { ...fine, fsync: "off" },
      { ...fine, synchronousCommit: "off" },
    ])
      expect(() => checkServerSettings(settings)).toThrow(
        expect.objectContaining({ kind: "STORE_MISCONFIGURED" }),
      );
  });
});
