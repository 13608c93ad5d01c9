import { expect, it } from "vitest";
import { failing } from "./failing.ts";

async function* source(error?: Error) {
  yield await Promise.resolve(1);
  if (error !== undefined) throw error;
  yield 2;
}

it("failing() tells what fails in the source", async () => {
  const told: unknown[] = [];
  const error = new Error("no such column");
  const elements = failing(source(error), (reason) => told.push(reason));
  expect((await elements.next()).value).toBe(1);
  await expect(elements.next()).rejects.toBe(error);
  expect(told).toEqual([error]);
});

it("failing() does not tell of a connection that breaks while an element is sent", async () => {
  const told: unknown[] = [];
  const elements = failing(source(), (reason) => told.push(reason));
  await elements.next();
  await expect(elements.throw(new Error("read ECONNRESET"))).rejects.toThrow("ECONNRESET");
  expect(told).toEqual([]);
});
