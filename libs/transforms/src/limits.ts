/** Most characters of an expression. */
export const expressionCharsMax = 4_096;
/** Deepest nesting of an expression. */
export const expressionDepthMax = 50;
/** Deepest nesting of macros over lists (`exists`, `map` and their like). */
export const macroNestingMax = 2;
/** Most steps that one evaluation may take in the worst case; a list counts with the most elements that it may have. */
export const expressionCostMax = 5_000_000;
/** Most UTF-16 code units of a text that an expression makes, and most bytes of one that it returns. */
export const textUnitsMax = 65_536;
