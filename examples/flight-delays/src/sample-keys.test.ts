import { expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { sampleKeys } from "./sample-keys.ts";

const airports = Array.from({ length: 40 }, (_, i) => `A${i}`);
const routes = airports.flatMap((origin) =>
  airports.slice(0, 10).map((destination) => [origin, destination]),
);
const sample = (seed: number) => sampleKeys({ routes, airports, count: 200, random: seededRandom(seed) });

test("sampleKeys() gives as many different keys as asked for", () => {
  expect(new Set(sample(1).map((key) => JSON.stringify(key))).size).toBe(200);
});

test("sampleKeys() gives the same keys for the same seed, and others for another", () => {
  expect(sample(1)).toEqual(sample(1));
  expect(sample(1)).not.toEqual(sample(2));
});

test("sampleKeys() asks for airports that do not exist and for routes that were never flown", () => {
  const known = new Set(airports);
  const flown = new Set(routes.map((route) => route.join(" ")));
  const keys = sample(1);
  expect(keys.filter((key) => !known.has(key.destination))).toHaveLength(10);
  expect(
    keys.some((key) => known.has(key.destination) && !flown.has(`${key.origin} ${key.destination}`)),
  ).toBe(true);
});
