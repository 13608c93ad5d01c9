import type { CallTimings } from "@timewell/client";
import { renderTable } from "./table.ts";

const stages = ["CONNECT", "QUEUE", "SEND", "WAIT", "RECEIVE", "DECODE", "TOTAL"];

/** Calls, a line each, with the milliseconds of their stages. */
export function callsTable(calls: readonly CallTimings[]): string {
  const headers = ["CALL", "SERVER", "CODE", "TRIES", ...stages.map((stage) => `${stage} MS`)];
  const rows = calls.map((call) => [
    call.method,
    call.address ?? "–",
    call.code,
    String(call.attempts),
    ...[
      call.connectMs,
      call.queueMs,
      call.sendMs,
      call.waitMs,
      call.receiveMs,
      call.decodeMs,
      call.totalMs,
    ].map((ms) => ms.toFixed(2)),
  ]);
  return renderTable(headers, rows, headers.slice(3));
}
