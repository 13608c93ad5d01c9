import { describe, expect, it } from "vitest";
import { checkServerSettings } from "./check-server-settings.ts";

describe("checkServerSettings()", () => {
  it("takes PostgreSQL 14 and later with fsync", () => {
    for (const version of [140_000, 150_004, 190_000]) checkServerSettings({ version, fsync: "on" });
  });

  it("refuses an older server", () => {
    expect(() => checkServerSettings({ version: 130_021, fsync: "on" })).toThrow(
      "Cannot use PostgreSQL 13: expected 14 or later. Upgrade the server",
    );
  });

  it("refuses a server that does not write to disk", () => {
    expect(() => checkServerSettings({ version: 150_000, fsync: "off" })).toThrow(
      expect.objectContaining({ kind: "STORE_MISCONFIGURED" }),
    );
  });
});
