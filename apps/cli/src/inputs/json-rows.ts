import { readFile } from "node:fs/promises";
import { FeatureStoreError, showValue } from "@timewell/errors";

/** A row of a JSON file. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** Reads rows: a JSON list of objects, or an object a line. FILE_NOT_FOUND, or INVALID_VALUE that names the line. */
export async function readJsonRows(path: string, flag: string): Promise<readonly JsonRow[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new FeatureStoreError("FILE_NOT_FOUND", `Cannot read ${flag} ${path}`, {
      field: flag,
      hint: "Name a JSON file that you may read.",
      cause,
    });
  }
  const isList = text.trimStart().startsWith("[");
  const rows = isList
    ? parseList(text, path)
    : text.split("\n").flatMap((line, i) => parseLine(line, i, path));
  rows.forEach((row, i) => {
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      throw invalid(path, `row ${i} is ${showValue(row)}, expected an object`);
    }
  });
  return rows as JsonRow[];
}

function parseList(text: string, path: string): unknown[] {
  try {
    return JSON.parse(text) as unknown[];
  } catch (cause) {
    throw invalid(path, `it is not JSON (${cause instanceof Error ? cause.message : ""})`, cause);
  }
}

function parseLine(line: string, index: number, path: string): unknown[] {
  if (line.trim() === "") return [];
  try {
    return [JSON.parse(line)];
  } catch (cause) {
    throw invalid(path, `line ${index + 1} is not JSON`, cause);
  }
}

function invalid(path: string, problem: string, cause?: unknown): FeatureStoreError {
  return new FeatureStoreError("INVALID_VALUE", `Cannot use ${path}: ${problem}`, {
    hint: 'Write a list of objects like [{"airport": "ATL"}], or an object a line.',
    cause,
  });
}
