import { expect, it } from "vitest";
import { createTimewellClient } from "./index.ts";

it.each([1.5, NaN, Infinity])(
  "an age of %d ms is refused as every other error is, not as a RangeError",
  async (maxAgeMs) => {
    const client = createTimewellClient({ servingUrl: "http://127.0.0.1:1" });
    const read = client.getOnlineFeatures({ project: "p", service: "s", rows: [{ id: 1 }], maxAgeMs });
    await expect(read).rejects.toMatchObject({ kind: "INVALID_REQUEST", field: "maxAgeMs" });
    client.close();
  },
);
