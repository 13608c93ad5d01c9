import { Command } from "ioredis";
import { expect, it } from "vitest";
import { encodeCall, type ScriptArgument } from "./call-script.ts";

it("encodeCall() writes what the client itself would write", () => {
  const lengths = [0, 1, 9, 10, 11, 99, 100, 101, 999, 1_000, 9_999, 10_000, 70_000];
  const args = lengths.flatMap((length): ScriptArgument[] => [
    "x".repeat(length),
    Buffer.alloc(length, 0xff),
  ]);
  for (const part of [args, args.slice(0, 1), []]) {
    const twin = new Command("EVALSHA", ["digest", 2, ...part], { replyEncoding: null });
    const written = encodeCall("EVALSHA", "digest", 2, part).toString("latin1");
    expect(written).toBe(Buffer.from(twin.toWritable({})).toString("latin1"));
  }
});
