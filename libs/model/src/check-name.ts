import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import { showValue } from "@timewell/errors";
import { definitionError } from "./definition-error.ts";
import { nameCharsMax } from "./limits.ts";
import { pascalCase } from "./pascal-case.ts";

/** What a name is for; each has reserved names of its own. */
export type NameUse =
  | "project"
  | "entity"
  | "view"
  | "service"
  | "alias"
  | "feature"
  | "key"
  | "constraint"
  | "request field"
  | "on-demand feature";

const pattern = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

/** They cannot be attributes or modules of generated Python code. */
const pythonKeywords = new Set(
  (
    "and as assert async await break class continue def del elif else except finally for from global if import in is " +
    "lambda nonlocal not or pass raise return try while with yield"
  ).split(" "),
);

/** Words that cannot be names in expressions. */
const expressionWords = new Set(
  (
    "as break const continue else false for function if import in let loop namespace null package return true var void " +
    "while"
  ).split(" "),
);

/** Fields that every typed response row has besides its views. */
const rowFields = new Set(["states", "event_times_us", "available_times_us", "computed"]);

/** Messages that the file of every typed service has besides its rows. */
const fileMessages = new Set([
  "GetRequest",
  "GetResponse",
  "EntityRow",
  "ReadOptions",
  "Row",
  "State",
  "States",
  "Status",
  "EventTimes",
  "AvailableTimes",
  "Computed",
]);

/** Packages that generated files refer to by their first part. */
const packages = new Set(["timewell", "google"]);

/**
 * Refuses a name that is not snake_case or too long, and one that compiled files use themselves or that generated code
 * could not carry. Throws INVALID_NAME with `path` as the field.
 */
export function checkName(use: NameUse, name: string, path: string): void {
  if (!pattern.test(name) || name.length > nameCharsMax) {
    const got = name.length > nameCharsMax ? `${name.length} characters` : showValue(name);
    const expected = `lower-case words and digits joined by single underscores, at most ${nameCharsMax} characters`;
    throw definitionError(path, `got ${got}, expected ${expected}`, hintFor(name), "INVALID_NAME");
  }
  const reason = reservedReason(use, name);
  if (reason === undefined) return;
  const hint = `Use another name${use === "feature" || use === "key" ? "; the column of the source may keep its own" : ""}.`;
  throw definitionError(path, `the name ${name} is reserved: ${reason}`, hint, "INVALID_NAME");
}

function reservedReason(use: NameUse, name: string): string | undefined {
  // Names of entities and constraints are in no generated code.
  if (use !== "entity" && use !== "constraint" && pythonKeywords.has(name))
    return "it is a keyword of Python";
  if (protoCamelCase(name) in Object.prototype) return "every JavaScript object has a member of that name";
  if (use === "request field" && expressionWords.has(name)) return "expressions have that word themselves";
  if (use === "project" && packages.has(name)) return "generated code refers to a package of that name";
  if ((use === "view" || use === "alias") && rowFields.has(name))
    return "every typed response row has that field";
  if (use === "service" && fileMessages.has(pascalCase(name)))
    return "every typed service has a message of that name";
  return undefined;
}

function hintFor(name: string): string {
  const mended = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, nameCharsMax);
  return pattern.test(mended) ? `Write ${mended}.` : "Write it like airport_hourly.";
}
