import { describe, expect, it } from "vitest";
import { GroupCommit } from "./group-commit.ts";

interface Item {
  readonly name: string;
  readonly weight?: number;
  readonly key?: string;
}

function queue(fails: (groups: readonly string[]) => unknown = () => undefined) {
  const groups: string[] = [];
  const commits = new GroupCommit<Item, string>({
    commit: async (items) => {
      const names = items.map(({ name }) => name);
      await new Promise((resolve) => setImmediate(resolve));
      const failure = fails(names);
      groups.push(`${names.join("+")}${failure === undefined ? "" : "!"}`);
      if (failure !== undefined) throw failure;
      return names.map((name) =>
        name === "bad" ? { ok: false, reason: name } : { ok: true, result: `${name}.` },
      );
    },
    weightOf: ({ weight = 1 }) => weight,
    weightMax: 3,
    keyOf: ({ key }) => key,
    retryAlone: (reason) => reason === "retry",
  });
  const add = (...items: Item[]) => Promise.allSettled(items.map((item) => commits.add(item)));
  return { groups, add, commits };
}

function names(text: string): Item[] {
  return [...text].map((name) => ({ name }));
}

describe("GroupCommit", () => {
  it("commits the first alone and what arrives meanwhile in groups up to the weight limit, in order", async () => {
    const { groups, add } = queue();
    await add(...names("abcde"), { name: "f", weight: 9 }, { name: "g" });
    expect(groups).toEqual(["a", "b+c+d", "e", "f", "g"]);
  });

  it("gives each item its own outcome", async () => {
    const { add, commits } = queue();
    const results = await add({ name: "a" }, { name: "bad" }, { name: "c" });
    expect(results.map((it) => (it.status === "fulfilled" ? it.value : it.reason))).toEqual([
      "a.",
      "bad",
      "c.",
    ]);
    await commits.idle();
  });

  it("keeps items with the same key apart and in order", async () => {
    const { groups, add } = queue();
    await add(...names("a"), { name: "b", key: "k" }, { name: "c", key: "k" }, { name: "d" });
    expect(groups).toEqual(["a", "b+d", "c"]);
  });

  it("tries the items of a failed group one by one where one of them may be to blame", async () => {
    const { groups, add } = queue((group) => (group.includes("x") ? "retry" : undefined));
    const results = await add(...names("abxc"));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect(groups).toEqual(["a", "b+x+c!", "b", "x!", "c"]);
  });

  it("fails a whole group where the store is to blame, and goes on with the next", async () => {
    const { groups, add } = queue((group) => (group.includes("x") ? "down" : undefined));
    const results = await add(...names("abxcd"));
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
    expect(groups).toEqual(["a", "b+x+c!", "d"]);
  });
});
