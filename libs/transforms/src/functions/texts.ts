import { overload, type Overloads } from "../overload.ts";

const cost = 5;

/** Functions of texts; `matches` is compiled apart, because its pattern is. */
export const texts: Overloads = {
  ".contains": [overload(["string", "string"], "bool", (a: string, b: string) => a.includes(b), cost)],
  ".startsWith": [overload(["string", "string"], "bool", (a: string, b: string) => a.startsWith(b), cost)],
  ".endsWith": [overload(["string", "string"], "bool", (a: string, b: string) => a.endsWith(b), cost)],
  ".lowerAscii": [overload(["string"], "string", (a: string) => a.replace(/[A-Z]+/g, lower), cost)],
  ".upperAscii": [overload(["string"], "string", (a: string) => a.replace(/[a-z]+/g, upper), cost)],
};

function lower(text: string): string {
  return text.toLowerCase();
}

function upper(text: string): string {
  return text.toUpperCase();
}
