/** What one check of `doctor` found. */
export interface Check {
  readonly name: string;
  readonly result: "ok" | "warn" | "fail";
  /** What was seen. */
  readonly message: string;
  /** How to mend it; empty where all is well. */
  readonly mend: string;
}

/** All is well. */
export function ok(name: string, message: string): Check {
  return { name, result: "ok", message, mend: "" };
}

/** Works, but somebody should look. */
export function warn(name: string, message: string, mend: string): Check {
  return { name, result: "warn", message, mend };
}

/** Does not work. */
export function fail(name: string, message: string, mend: string): Check {
  return { name, result: "fail", message, mend };
}
