/** SQLSTATE of the error that a statement failed with; undefined where it is not one of the server. */
export function sqlStateBelow(error: unknown): unknown {
  return ((error as Error | undefined)?.cause as { readonly code?: unknown } | undefined)?.code;
}
