import type { Overloads } from "../overload.ts";
import { arithmetic } from "./arithmetic.ts";
import { comparisons } from "./comparisons.ts";
import { conversions } from "./conversions.ts";
import { maths } from "./maths.ts";
import { texts } from "./texts.ts";
import { times } from "./times.ts";

/** Every function that takes values only. */
export const functions: Overloads = {
  ...arithmetic,
  ...comparisons,
  ...conversions,
  ...maths,
  ...texts,
  ...times,
};
