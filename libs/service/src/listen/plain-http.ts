import type { connectNodeAdapter } from "@connectrpc/connect-node";
import type { ServerResponse } from "node:http";
import { Privilege } from "@timewell/contracts";
import type { FeatureStoreError } from "@timewell/errors";
import { authorize, type Requirement } from "../auth/authorize.ts";
import { codeOf } from "../errors/error-codes.ts";
import { toFeatureStoreError } from "../errors/to-feature-store-error.ts";
import type { Health } from "../health/health.ts";
import { CallRecord } from "../interceptors/call-record.ts";
import type { RpcPolicy } from "../interceptors/rpc-policy.ts";
import { httpStatusOf } from "./http-status.ts";

type NodeHandler = ReturnType<typeof connectNodeAdapter>;
/** A request outside the RPC protocols. */
export type PlainRequest = Parameters<NodeHandler>[0];
/** Its answer. */
export type PlainResponse = Parameters<NodeHandler>[1];

/** A plain HTTP path that an app answers itself. What it throws is answered as JSON `{kind, message, hint}`. */
export interface HttpRoute {
  /** What a caller must be allowed to do. */
  readonly access: Requirement;
  /** `principal` is the name of the caller's token. */
  handle(request: PlainRequest, response: PlainResponse, principal: string): void | Promise<void>;
  /** Answers, in a form of its own, what was thrown before the answer began: by `handle`, or because the caller may not call it. */
  fail?(error: FeatureStoreError, response: PlainResponse): void;
}

/** Routes by method and path, for example `POST /get-online-features`. */
export type HttpRoutes = Readonly<Record<string, HttpRoute>>;

/** Answers what is no RPC: /healthz, /metrics, an app's own routes. */
export function plainHttpHandler(policy: RpcPolicy, health: Health, own: HttpRoutes) {
  const routes: HttpRoutes = {
    ...own,
    "GET /healthz": { access: "open", handle: (_request, response) => answerHealth(health, response) },
    "GET /metrics": {
      access: Privilege.READ,
      async handle(_request, response) {
        const { registry, print } = policy.metrics;
        send(response, 200, registry.contentType, await print());
      },
    },
  };
  return (request: PlainRequest, response: PlainResponse): void => {
    const name = `${request.method} ${(request.url ?? "").split("?", 1)[0]}`;
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    if (route === undefined) {
      const message = `Cannot answer ${JSON.stringify(name.slice(0, 200))}: there is nothing of that path`;
      return sendJson(response, 404, { kind: "INVALID_REQUEST", message, hint: "" });
    }
    const record = new CallRecord(policy, name, request.headers["x-request-id"]?.toString());
    const run = async () => {
      const { name: principal } = authorize(
        policy.authenticator,
        request.headers.authorization,
        route.access,
      );
      record.principal = principal;
      await route.handle(request, response, principal);
    };
    run().then(
      () => record.succeed(),
      (reason: unknown) => {
        record.fail(reason);
        const error = toFeatureStoreError(reason);
        const { kind, message, hint } = error;
        if (response.headersSent) response.destroy();
        else if (route.fail !== undefined) route.fail(error, response);
        else sendJson(response, httpStatusOf(codeOf(kind)), { kind, message, hint });
      },
    );
  };
}

function answerHealth(health: Health, response: PlainResponse): void {
  const serving = health.get("") === true;
  const services = Object.fromEntries(health.services().map((name) => [name, health.get(name) === true]));
  sendJson(response, serving ? 200 : 503, { serving, version: health.version, services });
}

function sendJson(response: PlainResponse, status: number, body: object): void {
  send(response, status, "application/json", JSON.stringify(body));
}

function send(response: PlainResponse, status: number, type: string, body: string): void {
  response.statusCode = status;
  response.setHeader("content-type", type);
  response.setHeader("x-content-type-options", "nosniff");
  (response as ServerResponse).end(body);
}
