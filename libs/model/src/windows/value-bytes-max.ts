import type { WindowFeature } from "@timewell/transforms";

/** Most bytes of numbers in an answer, and of texts and byte strings together: a stored row has at most 64 KiB. */
const fixedBytesMax = 32_768;
const textBytesMax = 28_672;
/** Least room that each text has. */
const textRoomMin = 28;
/** Tag, length and a number of the longest kind. */
const numberBytes = 12;

/** What an answer may hold: bytes of values of fixed size, and how many texts and byte strings. */
export function answerBytes(features: readonly WindowFeature[]): {
  readonly fixedBytes: number;
  readonly fixedBytesMax: number;
  readonly texts: number;
  readonly textsMax: number;
} {
  let fixedBytes = 0;
  let texts = 0;
  for (const { type, n } of features) {
    const values = Math.max(1, n);
    if (type.startsWith("STRING") || type.startsWith("BYTES")) texts += values;
    else fixedBytes += values * numberBytes;
  }
  return { fixedBytes, fixedBytesMax, texts, textsMax: Math.floor(textBytesMax / textRoomMin) };
}

/** Most bytes of a text or byte string that a window answers, so that every answer fits into a row. */
export function valueBytesMax(features: readonly WindowFeature[]): number {
  const { texts } = answerBytes(features);
  return texts === 0 ? textBytesMax : Math.floor(textBytesMax / texts) - 8;
}
