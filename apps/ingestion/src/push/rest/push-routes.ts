import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";

import { fromBinary, toJson } from "@bufbuild/protobuf";
import { Privilege, PushResponseSchema, Wait } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { type CompiledProject, findView } from "@timewell/model";
import type { HttpRoutes, PlainRequest, PlainResponse } from "@timewell/service";

import type { Applier } from "../../applier.ts";
import { RowAdmission } from "../../constraints/row-admission.ts";
import type { Definitions, IngestionDeps } from "../../ingestion-deps.ts";
import { acceptPush, checkPush } from "../accept-push.ts";
import { encodePushAnswer, type RefusedRow } from "../push-answer.ts";
import { pushRowBytes } from "../push-row-bytes.ts";
import { readJsonBody } from "./read-json-body.ts";
import { readRestRow } from "./read-rest-row.ts";
import { restPush, type RestPush } from "./rest-push.ts";

/** Longest time of a push over HTTP, ms. */
const timeoutMs = 60_000;

/** `POST /push` in plain JSON, Timewell's own form or that of Feast's feature server, whose other path does the same. */
export function pushRoutes(deps: IngestionDeps, applier: Applier): HttpRoutes {
  const route = {
    access: Privilege.WRITE,
    async handle(request: PlainRequest, response: PlainResponse, principal: string) {
      const push = restPush(await readJsonBody(request));
      const answer = await pushRest(deps, applier, push, principal);
      response.statusCode = 200;
      response.setHeader("content-type", "application/json");
      response.setHeader("x-content-type-options", "nosniff");
      (response as ServerResponse).end(push.isFeast ? feastAnswer(answer) : JSON.stringify(answer));
    },
  };
  return { "POST /push": route, "POST /write-to-online-store": route };
}

interface RestAnswer {
  readonly results?: readonly { readonly error?: RefusedRow }[];
}

async function pushRest(
  deps: IngestionDeps,
  applier: Applier,
  push: RestPush,
  principal: string,
): Promise<RestAnswer> {
  const project = projectOf(deps.definitions, push);
  const view = findView(project, push.view, push.version);
  const rows = push.rows(view);
  checkPush(rows.length, push.requestId);
  applier.refuseWhenOverloaded();
  const nowUs = deps.clock.nowUs();
  const limits = { nowUs, futureToleranceUs: deps.settings.futureToleranceUs };
  const admission = new RowAdmission(view, nowUs, principal);
  const results = rows.map((row): RefusedRow | undefined => {
    try {
      const incoming = readRestRow(view, row, limits);
      return admission.admit(incoming, () => pushRowBytes(view, incoming))?.error;
    } catch (reason) {
      if (reason instanceof FeatureStoreError) return reason;
      throw reason;
    }
  });
  const { requestId } = push;
  const wait = push.wait === "online" ? Wait.ONLINE : Wait.DURABLE;
  const digest = () =>
    createHash("sha256")
      .update(`json ${view.id} ${contentOf(rows)}`)
      .digest();
  const timeout = new AbortController();
  const cleared = new AbortController();
  void deps.clock.sleep(timeoutMs, cleared.signal).then(
    () => timeout.abort(late()),
    () => undefined,
  );
  const read = { view, admission, results, wait, requestId, digest };
  try {
    const { positions, replayed } = await acceptPush(deps, applier, read, {
      principal,
      signal: timeout.signal,
    });
    const bytes = replayed ?? encodePushAnswer(results, positions);
    return toJson(PushResponseSchema, fromBinary(PushResponseSchema, bytes), {
      alwaysEmitImplicit: true,
    }) as RestAnswer;
  } finally {
    cleared.abort();
  }
}

function projectOf(definitions: Definitions, { project }: RestPush): CompiledProject {
  if (project !== undefined) return definitions.project(project);
  const projects = definitions.projects();
  if (projects.length === 1) return projects[0]!;
  throw new FeatureStoreError(
    "PROJECT_NOT_FOUND",
    `Cannot tell which project to push to: this server has ${projects.length}`,
    { field: "project", hint: 'Name it: {"project": "…"}' },
  );
}

/** The same for the same rows, in whatever order their fields come. */
function contentOf(rows: unknown): string {
  return JSON.stringify(rows, (_key, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Feast's client hears of failures only; the rows that were good are stored all the same. */
function feastAnswer({ results = [] }: RestAnswer): string {
  const refused = results.flatMap(({ error }, row) => (error === undefined ? [] : [{ row, ...error }]));
  const [first] = refused;
  if (first === undefined) return '{"status":true}';
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot push ${refused.length} of ${results.length} rows; the others are stored. Row ${first.row}: ${first.message}`,
    { field: `df[${first.row}]` },
  );
}

function late(): FeatureStoreError {
  return new FeatureStoreError(
    "DEADLINE_EXCEEDED",
    `Cannot see the rows online in ${timeoutMs / 1_000} s; they are durable`,
  );
}
