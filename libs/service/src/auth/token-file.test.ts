import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Privilege } from "@timewell/contracts";
import { Authenticator } from "./authenticator.ts";
import { authorize } from "./authorize.ts";
import { parseTokenFile } from "./token-file.ts";

const digest = (token: string) => createHash("sha256").update(token).digest("hex");

describe("parseTokenFile()", () => {
  it("reads lines with comments, and JSON", () => {
    const lines = `# who\nann read ${digest("a")} # reads\n\nbob  admin ${digest("b").toUpperCase()}\n`;
    const json = JSON.stringify([
      { name: "ann", scope: "read", sha256: digest("a") },
      { name: "bob", scope: "admin", sha256: digest("b") },
    ]);
    expect(parseTokenFile(json, "f")).toEqual(parseTokenFile(lines, "f"));
    expect(parseTokenFile(lines, "f").map((entry) => entry.scope)).toEqual(["read", "admin"]);
  });

  it.each([
    ["", "no token"],
    [`ann reader ${digest("a")}`, "line 1"],
    ["ann read hunter2", "line 1"],
    [`ann read ${digest("a")} more`, "line 1"],
    [`\nann read ${digest("a")}\nann write ${digest("b")}`, "twice"],
    ["[{]", "JSON"],
    ['[{"name":"x","scope":"read","sha256":"hunter2"}]', "element 0"],
  ])("refuses %j without showing what it holds", (text, why) => {
    expect(() => parseTokenFile(text, "f")).toThrow(why);
    expect(() => parseTokenFile(text, "f")).not.toThrow("hunter2");
  });
});

describe("authorize()", () => {
  const authenticator = new Authenticator(
    parseTokenFile(`r read ${digest("tr")}\nw write ${digest("tw")}\na admin ${digest("ta")}`, "f"),
  );

  it.each([
    ["tr", [true, false, false]],
    ["tw", [true, true, false]],
    ["ta", [true, true, true]],
  ])("lets token %s do just what its scope covers", (token, allowed) => {
    const privileges = [Privilege.READ, Privilege.WRITE, Privilege.ADMIN];
    const granted = privileges.map((privilege) => {
      try {
        return authorize(authenticator, `Bearer ${token}`, privilege).name !== "";
      } catch (error) {
        expect(error).toMatchObject({ kind: "PERMISSION_DENIED" });
        return false;
      }
    });
    expect(granted).toEqual(allowed);
  });

  it.each([undefined, null, "", "Bearer", "Basic dHI=", "Bearer nobody", `Bearer ${"x".repeat(600)}`])(
    "does not know the holder of %j",
    (header) => {
      expect(() => authorize(authenticator, header, Privilege.READ)).toThrow(
        expect.objectContaining({ kind: "UNAUTHENTICATED" }),
      );
    },
  );

  it("never allows an unspecified privilege", () => {
    expect(() => authorize(authenticator, "Bearer ta", Privilege.UNSPECIFIED)).toThrow(
      expect.objectContaining({ kind: "PERMISSION_DENIED" }),
    );
  });

  it("lets everybody ask for what is open, and everything where authentication is off", () => {
    expect(authorize(authenticator, undefined, "open").name).toBe("");
    expect(authorize(new Authenticator(), undefined, Privilege.ADMIN).scope).toBe("admin");
  });
});
