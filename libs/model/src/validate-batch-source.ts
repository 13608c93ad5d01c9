import { FileFormat, type BatchSource } from "@timewell/contracts";
import { definitionError } from "./definition-error.ts";
import { durationMaxMs, pathCharsMax } from "./limits.ts";
import { suggest } from "@timewell/errors";

/** Checks a source; `names` are the join keys and features that it must fill. Throws INVALID_DEFINITION. */
export function validateBatchSource(source: BatchSource, names: readonly string[], path: string): void {
  if (source.format !== FileFormat.PARQUET && source.format !== FileFormat.CSV) {
    throw definitionError(
      `${path}.format`,
      "got no format, expected PARQUET or CSV",
      "Give the format of the files.",
    );
  }
  checkText(source.path, `${path}.path`, "the path of a file or folder");
  checkText(source.eventTimeColumn, `${path}.event_time_column`, "the column with the event time");
  if (source.createdTimeColumn !== "") {
    checkText(source.createdTimeColumn, `${path}.created_time_column`, "a column");
    if (source.createdTimeColumn === source.eventTimeColumn) {
      const problem = `got ${source.createdTimeColumn}, which is the event time column`;
      throw definitionError(
        `${path}.created_time_column`,
        problem,
        "Leave it out where rows are known at once.",
      );
    }
  }
  checkDelay(source, `${path}.availability_delay`);
  checkMapping(source, names, `${path}.field_mapping`);
}

function checkDelay(source: BatchSource, path: string): void {
  const delayMs = source.availabilityDelayMs;
  if (delayMs === undefined) return;
  if (source.createdTimeColumn !== "") {
    const problem = "a created time column is declared too, which says when each row became available";
    throw definitionError(path, problem, "Keep one of the two.");
  }
  if (delayMs < 0n || delayMs > durationMaxMs) {
    const problem = `got ${delayMs} ms, expected 0 or a positive duration up to ${durationMaxMs} ms`;
    throw definitionError(path, problem, "Write it like 15m.");
  }
}

function checkMapping(source: BatchSource, names: readonly string[], path: string): void {
  for (const [name, column] of Object.entries(source.fieldMapping)) {
    if (!names.includes(name)) {
      const problem = "it is neither a feature nor a join key of the view";
      throw definitionError(`${path}[${name}]`, problem, suggest(name, names, "names"));
    }
    checkText(column, `${path}[${name}]`, "a column");
  }
  const readers = new Map<string, string>();
  for (const name of names) {
    const column = Object.hasOwn(source.fieldMapping, name) ? source.fieldMapping[name]! : name;
    const other = readers.get(column);
    if (other !== undefined) {
      const problem = `${other} and ${name} both read column ${column}`;
      throw definitionError(`${path}[${name}]`, problem, "Map each name to a column of its own.");
    }
    readers.set(column, name);
  }
}

function checkText(text: string, path: string, expected: string): void {
  if (text === "") throw definitionError(path, `got nothing, expected ${expected}`, "Fill it in.");
  if (text.length > pathCharsMax) {
    const problem = `got ${text.length} characters, at most ${pathCharsMax} are allowed`;
    throw definitionError(path, problem, "Shorten it.", "LIMIT_EXCEEDED");
  }
  if (text.includes("\0")) throw definitionError(path, "it holds a NUL character", "Remove the character.");
}
