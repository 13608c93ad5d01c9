import { registerHooks } from "node:module";
import { access } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { collectDefinitions } from "@timewell/define";
import type { Definitions } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { compilePython } from "./python-definitions.ts";

let isHooked = false;

/** A project outside of this checkout finds the definition language of the command itself. */
function hookDefine(): void {
  if (isHooked) return;
  isHooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== "@timewell/define") return next(specifier, context);
      try {
        return next(specifier, context);
      } catch {
        return { url: import.meta.resolve("@timewell/define"), shortCircuit: true };
      }
    },
  });
}

/** What loading takes where definitions are in Python. */
export interface LoadOptions {
  /** The Python that has the package `timewell`. */
  readonly python?: string | undefined;
  /** Told what the file printed. */
  note?(text: string): void;
}

/**
 * Loads a file of definitions, in TypeScript or, where it ends in .py, in Python: runs it on this machine, and gives the message that the
 * registry gets. FILE_NOT_FOUND where there is none, INVALID_DEFINITION where it does not run or defines nothing, INVALID_CONFIG where
 * Python or its package is missing.
 */
export async function loadDefinitions(path: string, options: LoadOptions = {}): Promise<Definitions> {
  try {
    await access(path);
  } catch (cause) {
    throw new FeatureStoreError("FILE_NOT_FOUND", `Cannot find the definitions ${path}`, {
      field: "definitions",
      hint: "Name the file, for example timewell plan features.ts, or begin with timewell init.",
      cause,
    });
  }
  if (path.endsWith(".py")) {
    const { definitions, printed } = await compilePython(path, options.python ?? "python3");
    if (printed !== "") options.note?.(printed);
    return definitions;
  }
  hookDefine();
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof FeatureStoreError) throw cause;
    const why = cause instanceof Error ? `${cause.name}: ${cause.message.split("\n")[0]}` : String(cause);
    throw new FeatureStoreError("INVALID_DEFINITION", `Cannot load ${path}: ${why}${placeOf(cause, path)}`, {
      field: "definitions",
      hint: "Mend the module; --verbose shows the whole trace.",
      cause,
    });
  }
  return collectDefinitions(module);
}

/** `, line 12` where the trace names a place in the module. */
function placeOf(error: unknown, path: string): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const at = stack.indexOf(path);
  const line = at < 0 ? undefined : /^:(\d+)/.exec(stack.slice(at + path.length))?.[1];
  return line === undefined ? "" : `, line ${line}`;
}
