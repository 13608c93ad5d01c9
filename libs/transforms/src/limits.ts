/** Most characters of an expression. */
export const expressionCharsMax = 4_096;
/** Deepest nesting of an expression. */
export const expressionDepthMax = 50;
/** Deepest nesting of macros over lists (`exists`, `map` and their like). */
export const macroNestingMax = 2;
/** Most steps that one evaluation may take in the worst case; a list counts with the most elements that it may have. */
export const expressionCostMax = 5_000_000;
/** Most UTF-16 code units of a text that an expression makes. */
export const textUnitsMax = 65_536;
/** Most bytes of a result, as a message would hold it in the worst case: nearly what a stored row may take. */
export const resultBytesMax = 65_000;
