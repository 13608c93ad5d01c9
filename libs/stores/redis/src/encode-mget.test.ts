import { encodeKey, redisKey } from "@timewell/keys";
import { KeyList } from "@timewell/store-ports";
import { Command } from "ioredis";
import { expect, it } from "vitest";
import { encodeMget } from "./encode-mget.ts";

it("encodeMget() writes what the client itself would write", () => {
  const lengths = [0, 1, 40, 41, 42, 43, 44, 80, 90, 100, 500, 990, 994, 1_000, 1_021];
  const keys = lengths.flatMap((length) =>
    [0, 1, 0x7d0d0a2a, 2 ** 32 - 1].map((viewId) => ({
      viewId,
      entityKey: encodeKey(["STRING"], ["}".repeat(length)]),
    })),
  );
  for (const part of [keys, keys.slice(0, 1), keys.slice(0, 9)]) {
    const args = part.map(({ viewId, entityKey }) => redisKey(viewId, entityKey));
    const twin = new Command("MGET", args, { replyEncoding: null });
    const written = encodeMget(KeyList.of(part)).toString("latin1");
    expect(written).toBe(Buffer.from(twin.toWritable({})).toString("latin1"));
  }
});
