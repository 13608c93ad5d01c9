import { stripVTControlCharacters } from "node:util";
import { safeText } from "./safe-text.ts";

/** A cell: its text, and how to paint it once its width is known. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
/** Scripts and symbols that take two columns. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Columns that text takes at a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text)))
    width += wide.test(segment) ? 2 : 1;
  return width;
}

/** A table with a header line; columns named in `right` lean right. Ends with a line break. */
export function renderTable(
  headers: readonly string[],
  rows: readonly (readonly Cell[])[],
  right: readonly string[] = [],
): string {
  const texts = rows.map((row) => row.map((cell) => safeText(typeof cell === "string" ? cell : cell.text)));
  const widths = headers.map((header, i) =>
    texts.reduce((most, row) => Math.max(most, widthOf(row[i] ?? "")), widthOf(header)),
  );
  const line = (cells: readonly string[], paint: (text: string, column: number) => string): string =>
    headers
      .map((header, i) => {
        const text = cells[i] ?? "";
        const padding = " ".repeat((widths[i] ?? 0) - widthOf(text));
        const shown = paint(text, i);
        return right.includes(header) ? padding + shown : shown + padding;
      })
      .join("  ")
      .trimEnd();
  const lines = [
    line(headers, (text) => text),
    line(
      widths.map((width) => "─".repeat(width)),
      (text) => text,
    ),
  ];
  rows.forEach((row, r) => {
    lines.push(
      line(texts[r] ?? [], (text, column) => {
        const cell = row[column];
        return typeof cell === "object" ? cell.paint(text) : text;
      }),
    );
  });
  return `${lines.join("\n")}\n`;
}

/** Names and values, a line each, values below each other. Ends with a line break. */
export function renderPairs(pairs: readonly (readonly [string, string])[]): string {
  const width = pairs.reduce((most, [name]) => Math.max(most, widthOf(name)), 0);
  return pairs
    .map(([name, value]) => `${name}${" ".repeat(width - widthOf(name))}  ${safeText(value)}`.trimEnd())
    .map((line) => `${line}\n`)
    .join("");
}
