import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { FeatureRegistry } from "@timewell/contracts";
import { systemClock } from "@timewell/ttl";
import { expect, it } from "vitest";
import { stacks, startTestService } from "../process/test-service.testdata.ts";

it.each(stacks)(
  "a stream on %s makes no more than a slow reader takes, and stops when it goes away",
  async (stack) => {
    let made = 0;
    const ended = Promise.withResolvers<void>();
    const watchRegistry = async function* () {
      try {
        for (; made < 4_000; made++) yield { snapshot: { project: "x".repeat(64 * 1024) } };
      } finally {
        ended.resolve();
      }
    } as never;
    const service = await startTestService({
      stack,
      services: [FeatureRegistry],
      methods: { watchRegistry },
    });
    const client = createClient(FeatureRegistry, createGrpcTransport({ baseUrl: service.url }));
    const cancel = new AbortController();
    const stream = client.watchRegistry({}, { signal: cancel.signal })[Symbol.asyncIterator]();
    await stream.next();
    await systemClock().sleep(500);
    expect(made).toBeLessThan(64);
    cancel.abort();
    await ended.promise;
    await service.drain();
  },
);
