import { wireTypes } from "../typed/wire-reader.ts";

/** Tag of the elements of a list message, on both sides: number 1, length-delimited. */
export const elementsTag = (1 << 3) | wireTypes.lengthDelimited;
