import type { ServerResponse } from "node:http";

import { Privilege } from "@timewell/contracts";
import { type HttpRoutes, type PlainResponse, readPlainBody } from "@timewell/service";

import type { ServedDefinitions } from "../serving-deps.ts";
import { toFeastError } from "./feast-error.ts";
import type { FeastPlans } from "./feast-plans.ts";
import type { FeastReader } from "./feast-reader.ts";
import { parseJson } from "./parse-json.ts";
import { readRestRequest } from "./read-rest-request.ts";
import { restAnswer } from "./rest-answer.ts";

/** The HTTP paths of Feast's feature server that its Python client reads features from. */
export function feastRoutes(
  plans: FeastPlans,
  reader: FeastReader,
  definitions: Pick<ServedDefinitions, "projects">,
): HttpRoutes {
  const metrics = reader.metricsOf("POST /get-online-features");
  return {
    "POST /get-online-features": {
      access: Privilege.READ,
      async handle(request, response) {
        const body = await readPlainBody(request);
        const answer = await reader.answer(
          metrics,
          () => readRestRequest(plans, parseJson(body)),
          restAnswer,
        );
        send(response, 200, answer);
      },
      fail(error, response) {
        const { status, body } = toFeastError(error);
        send(response, status, body);
      },
    },
    "GET /health": {
      access: "open",
      handle(_request, response) {
        const isReady = definitions.projects().length > 0;
        send(response, isReady ? 200 : 503, isReady ? '{"status":"ok"}' : '{"status":"no project yet"}');
      },
    },
  };
}

function send(response: PlainResponse, status: number, body: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.setHeader("x-content-type-options", "nosniff");
  (response as ServerResponse).end(body);
}
