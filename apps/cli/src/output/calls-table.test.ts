import { expect, test } from "vitest";
import { callsTable } from "./calls-table.ts";

test("callsTable() has a line for each call and a column for each stage of its time", () => {
  const call = {
    method: "OnlineServing/GetOnlineFeatures",
    address: "http://127.0.0.1:7402",
    attempts: 2,
    code: "OK",
    totalMs: 52.105,
    connectMs: 1.5,
    queueMs: 40.25,
    sendMs: 0.125,
    waitMs: 9.75,
    receiveMs: 0.231,
    decodeMs: 0.25,
  };
  const lines = callsTable([call, { ...call, address: undefined, code: "UNAVAILABLE" }]).split("\n");
  expect(lines[0]).toMatch(/^CALL +SERVER +CODE +TRIES +CONNECT MS +QUEUE MS +SEND MS +WAIT MS .* TOTAL MS$/);
  expect(lines[2]).toMatch(
    /^OnlineServing\/GetOnlineFeatures +http:\/\/127.0.0.1:7402 +OK +2 +1.50 +40.25 +0.13 +9.75 +0.23 +0.25 +52.1\d$/,
  );
  expect(lines[3]).toContain("–");
});
