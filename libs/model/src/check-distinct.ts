import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import { definitionError } from "./definition-error.ts";

/**
 * Refuses two equal names, and two names with the same camelCase form (`a_1` and `a1`), which generated code could not
 * tell apart. `pathOf` gives the path of a name's definition.
 */
export function checkDistinct(names: Iterable<string>, what: string, pathOf: (name: string) => string): void {
  const byForm = new Map<string, string>();
  for (const name of names) {
    const form = protoCamelCase(name);
    const other = byForm.get(form);
    if (other === name) {
      throw definitionError(
        pathOf(name),
        `duplicate name, ${what} ${name} is there twice`,
        "Remove one of them.",
      );
    }
    if (other !== undefined) {
      const problem = `${what}s ${other} and ${name} have the same camelCase form ${form}`;
      throw definitionError(pathOf(name), problem, "Rename one of them.", "INVALID_NAME");
    }
    byForm.set(form, name);
  }
}
