import type { BytesContext } from "@timewell/service";
import { KeyList } from "@timewell/store-ports";

import { AppliedPositions } from "../read-after/applied-positions.ts";
import { isLostInPart } from "../read-after/is-lost-in-part.ts";
import type { ServingDeps } from "../serving-deps.ts";
import { CoalescedReads, type TakeRows } from "./coalesced-reads.ts";
import { countRows } from "./count-rows.ts";
import type { StoredRow } from "./gathering.ts";
import { lostRow } from "./lost-row.ts";
import { partialWithinMs } from "./partial-within-ms.ts";
import { readRequest, type TypedRequest } from "./read-request.ts";
import type { RequestPlan } from "./request-plan.ts";
import { ResponseWriter } from "./response-writer.ts";
import { RowJudge } from "./row-judge.ts";

/** The part of a call that an answer needs. */
export type TypedCall = Pick<BytesContext, "timeoutMs" | "answerMemory">;

/** Answers `Get` of a plan: request bytes in, response bytes out. */
export type TypedGet = (plan: RequestPlan, request: Uint8Array, call: TypedCall) => Promise<Uint8Array>;

/**
 * Makes the one reader of all typed services. A wrong key anywhere fails a request before anything is read (semantics 8); the
 * reads of all requests of one turn of the event loop are one read of the store.
 */
export function createTypedGet(deps: ServingDeps, applied = new AppliedPositions(deps)): TypedGet {
  const { clock } = deps;
  const writer = new ResponseWriter();
  const reads = new CoalescedReads(deps);
  /** Those of the request that is being read. */
  const keys = new KeyList();

  function answer(
    plan: RequestPlan,
    request: TypedRequest,
    read: readonly StoredRow[],
    readFrom: number,
    call: TypedCall,
  ): Uint8Array {
    const { rowCount, inputs, maxAgeUs, includeTimes } = request;
    const servedAtUs = clock.nowUs();
    const atUs = request.asOfUs ?? servedAtUs;
    const judges = plan.uses.map((use) => new RowJudge(atUs, use, use.isWindowed ? undefined : maxAgeUs));
    const stored = plan.windows?.render(read, readFrom, rowCount, atUs) ?? read;
    const from = plan.windows === undefined ? readFrom : 0;
    const bytes = writer.write(
      { plan, rowCount, inputs, stored, from, judges, includeTimes, servedAtUs },
      (size) => call.answerMemory(size),
    );
    countRows(
      { uses: plan.uses, width: plan.uses.length, rowCount, statuses: writer.statuses, stored, from },
      servedAtUs,
    );
    return bytes;
  }

  return (plan, bytes, call) => {
    const startMs = clock.monotonicMs();
    const request = readRequest(plan, bytes, keys);
    if (plan.windows !== undefined) keys.append(plan.windows.batchKeys(keys, request.rowCount));
    const decodedMs = clock.monotonicMs();
    plan.metrics.rows.observe(request.rowCount);
    plan.metrics.decode.observe((decodedMs - startMs) / 1000);
    const take = (rows: readonly StoredRow[], from: number) => {
      const readMs = clock.monotonicMs();
      const answered = answer(plan, request, rows, from, call);
      plan.metrics.read.observe((readMs - decodedMs) / 1000);
      plan.metrics.assemble.observe((clock.monotonicMs() - readMs) / 1000);
      return answered;
    };
    if (request.after.length > 0) return readAfter(request, KeyList.of(keys), call, take);
    if (!request.allowPartial) return reads.read(keys, take);
    return reads.readPartly(keys, partialWithinMs(call.timeoutMs()), take);
  };

  async function readAfter(
    { after, allowPartial }: TypedRequest,
    own: KeyList,
    call: TypedCall,
    take: TakeRows<Uint8Array>,
  ): Promise<Uint8Array> {
    try {
      await applied.wait(after, partialWithinMs(call.timeoutMs()));
    } catch (reason) {
      if (!isLostInPart(reason, allowPartial)) throw reason;
      return take(new Array<StoredRow>(own.length).fill(lostRow), 0);
    }
    if (!allowPartial) return reads.read(own, take);
    return reads.readPartly(own, partialWithinMs(call.timeoutMs()), take);
  }
}
