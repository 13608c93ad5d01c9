/** Freezes plain data all the way down, bytes apart. */
export function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) {
    return value;
  }
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
