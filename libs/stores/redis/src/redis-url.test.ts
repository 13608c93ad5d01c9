import { expect, it } from "vitest";
import { parseRedisUrl } from "./redis-url.ts";

const readable = [
  ["redis://localhost", { host: "localhost", port: 6379 }],
  ["redis://127.0.0.1:7000/12", { host: "127.0.0.1", port: 7000, db: 12 }],
  ["redis://[::1]:7000", { host: "::1", port: 7000 }],
  ["redis://:p%40ss@cache", { host: "cache", port: 6379, password: "p@ss" }],
  ["rediss://me:p%3A%2F@cache:1/", { host: "cache", port: 1, username: "me", password: "p:/", tls: {} }],
  [
    "redis+sentinel://:secret@a,b:26380/main/3",
    {
      sentinels: [
        { host: "a", port: 26379 },
        { host: "b", port: 26380 },
      ],
      name: "main",
      password: "secret",
      db: 3,
    },
  ],
  ["redis-cluster://a:7000", { clusterNodes: [{ host: "a", port: 7000 }] }],
  [
    "rediss-cluster://:secret@a,b:7001",
    {
      clusterNodes: [
        { host: "a", port: 6379 },
        { host: "b", port: 7001 },
      ],
      password: "secret",
      tls: {},
    },
  ],
] as const;

for (const [url, address] of readable) {
  it(`parseRedisUrl() reads ${url}`, () => {
    expect(parseRedisUrl(url)).toEqual(address);
  });
}

const unreadable = [
  "",
  "localhost:6379",
  "http://localhost",
  "redis://",
  "redis://a,b",
  "redis-cluster://a/1",
  "redis-cluster://",
  "redis://a:0",
  "redis://a:70000",
  "redis://a/x",
  "redis://a/1/2",
  "redis://secret@a",
  "redis+sentinel://a",
];

for (const url of unreadable) {
  it(`parseRedisUrl() refuses "${url}" without repeating it`, () => {
    expect(() => parseRedisUrl(url)).toThrow(expect.objectContaining({ kind: "INVALID_CONFIG" }));
    expect(() => parseRedisUrl(url)).not.toThrow(/secret/);
  });
}
