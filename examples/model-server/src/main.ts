// `npm run model-server`: predicts delays over HTTP.
import type { AddressInfo } from "node:net";
import { createDelayV1Client } from "./gen/delay_v1_client.ts";
import { readModel } from "./model.ts";
import { createModelServer } from "./server.ts";

const {
  TIMEWELL_SERVING = "http://127.0.0.1:7402",
  TIMEWELL_TOKEN,
  PORT = "8080",
  TIMEOUT_MS = "250",
} = process.env;

const client = createDelayV1Client({ url: TIMEWELL_SERVING, token: TIMEWELL_TOKEN });
const server = createModelServer({ client, model: await readModel(), timeoutMs: Number(TIMEOUT_MS) });
server.listen(Number(PORT), "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(`Listening on http://127.0.0.1:${port}`);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    // What is under way may finish; connections that only wait are closed.
    server.close(() => client.close());
  });
}
