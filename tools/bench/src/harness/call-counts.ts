/** Finished calls of a server, since it started. */
export interface CallCounts {
  readonly ok: number;
  /** Calls that ended with any other code. */
  readonly failed: number;
}

/** Reads from a Timewell server's own metrics how its calls of a method ended. */
export async function readCallCounts(url: string, method: string): Promise<CallCounts> {
  const text = await (await fetch(`${url}/metrics`)).text();
  let ok = 0;
  let failed = 0;
  for (const [, labels, count] of text.matchAll(/^timewell_requests_total\{([^}]*)\} (\S+)$/gm)) {
    if (!labels!.includes(`method="${method}"`)) continue;
    if (labels!.includes('code="OK"')) ok += Number(count);
    else failed += Number(count);
  }
  return { ok, failed };
}
