import { describe, expect, test } from "vitest";
import { GrowingBytes } from "./growing-bytes.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("GrowingBytes", () => {
  test("gives its bytes away: what follows is elsewhere", () => {
    const growing = new GrowingBytes(2);
    growing.append(bytesOf("abcde"));
    const given = growing.finish();
    growing.append(bytesOf("fg"));
    expect([given, growing.finish()]).toEqual([bytesOf("abcde"), bytesOf("fg")]);
  });

  test("uses memory again that was given back, and never what it holds", () => {
    const growing = new GrowingBytes(2);
    growing.append(bytesOf("abcde"));
    const given = growing.finish();
    growing.takeBack();
    growing.append(bytesOf("fg"));
    growing.takeBack();
    growing.append(bytesOf("h"));
    const next = growing.finish();
    expect(next).toEqual(bytesOf("fgh"));
    expect(next.buffer).toBe(given.buffer);
  });
});
