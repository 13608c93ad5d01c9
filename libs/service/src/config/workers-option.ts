import { availableParallelism } from "node:os";
import type { ConfigOption } from "./config-option.ts";

const workersMax = 64;

/** How many processes share the work: a number, or `auto` for one a core. */
export function workersOption(init: { readonly describe: string }): ConfigOption<number> {
  return {
    describe: init.describe,
    placeholder: "NUMBER|auto",
    expected: `a whole number from 1 to ${workersMax}, or auto`,
    defaultText: "1",
    secret: false,
    parse(text) {
      if (text === "auto") return Math.min(availableParallelism(), workersMax);
      const count = Number(text);
      return /^\d+$/.test(text) && count >= 1 && count <= workersMax ? count : undefined;
    },
  };
}
