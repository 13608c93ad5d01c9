import { Code } from "@connectrpc/connect";

/** The name of a gRPC code as gRPC writes it, for example `INVALID_ARGUMENT`; 0 is `OK`. */
export function codeName(code: number): string {
  const name = Code[code];
  if (name === undefined) return code === 0 ? "OK" : "UNKNOWN";
  if (code === Code.Canceled) return "CANCELLED";
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
