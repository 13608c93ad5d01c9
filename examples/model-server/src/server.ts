import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { status, type ServiceError } from "@grpc/grpc-js";
import type { DelayV1Client } from "./gen/delay_v1_client.ts";
import { HttpError } from "./http-error.ts";
import type { Model } from "./model.ts";
import { parsePredictRequest } from "./predict-request.ts";
import { predict } from "./predict.ts";

const bodyBytesMax = 16 * 1024;

/** What the server works with. */
export interface ModelServerInit {
  readonly client: DelayV1Client;
  readonly model: Model;
  /** How long reading features may take, ms. */
  readonly timeoutMs: number;
}

/** An HTTP server with `POST /predict` and `GET /health`. */
export function createModelServer(init: ModelServerInit): Server {
  return createServer((request, response) => {
    const left = new AbortController();
    response.once("close", () => left.abort());
    void answer(init, request, left.signal)
      .catch(errorAnswer)
      .then(({ code, body }) => send(response, code, body));
  });
}

interface Answer {
  readonly code: number;
  readonly body: object;
}

async function answer(init: ModelServerInit, request: IncomingMessage, signal: AbortSignal): Promise<Answer> {
  const { client, model, timeoutMs } = init;
  const path = request.url?.split("?", 1)[0];
  if (path === "/predict") {
    checkMethod(request, "POST");
    const flight = parsePredictRequest(await readBody(request));
    return { code: 200, body: await predict(client, model, flight, { timeoutMs, signal }) };
  }
  if (path === "/health") {
    checkMethod(request, "GET");
    // Ready means that features can be read; of which airport does not matter.
    await client.get([{ origin: "SEA", destination: "SFO" }], { timeoutMs, signal });
    return { code: 200, body: { status: "ok" } };
  }
  throw new HttpError(404, "There are POST /predict and GET /health");
}

function checkMethod({ method }: IncomingMessage, expected: string): void {
  if (method !== expected) throw new HttpError(405, `Cannot use ${method}: expected ${expected}`);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  // The answer to a body that is too long still needs the connection.
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > bodyBytesMax) throw new HttpError(413, `Cannot read the body: over ${bodyBytesMax} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

/** What went wrong, without more than a caller needs to know. */
function errorAnswer(error: unknown): Answer {
  if (error instanceof HttpError) return { code: error.status, body: { error: error.message } };
  const { code, details = "" } = error as Partial<ServiceError>;
  switch (code) {
    case status.INVALID_ARGUMENT:
      return { code: 400, body: { error: details } };
    case status.DEADLINE_EXCEEDED:
      return { code: 504, body: { error: "The features did not come in time. Try again." } };
    case status.UNAVAILABLE:
      return { code: 503, body: { error: "The feature server cannot be reached. Try again." } };
    default:
      console.error(error);
      return { code: 500, body: { error: "Cannot predict. The log of the model server says why." } };
  }
}

function send(response: ServerResponse, code: number, body: object): void {
  // After an error the rest of the request may still be on its way.
  if (code === 413) response.setHeader("connection", "close");
  response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
}
