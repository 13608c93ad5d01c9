import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { OnlineServing } from "@timewell/contracts";
import { expect, it } from "vitest";
import { startTestService } from "../process/test-service.testdata.ts";

it("an answer of more than 64 MiB is a call that failed, not one that went well and was not sent", async () => {
  const getOnlineFeatures = () => ({ names: ["x".repeat(64 * 2 ** 20)] });
  const service = await startTestService({ stack: "grpc-js", methods: { getOnlineFeatures } });
  const client = createClient(OnlineServing, createGrpcTransport({ baseUrl: service.url }));
  await expect(client.getOnlineFeatures({ project: "p" })).rejects.toThrow(
    "Cannot send an answer of 67108869 bytes: at most 64 MiB are allowed. Ask for less at once.",
  );
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toMatch(/timewell_requests_total{.*GetOnlineFeatures",code="INVALID_ARGUMENT"} 1/);
  await service.drain();
});
