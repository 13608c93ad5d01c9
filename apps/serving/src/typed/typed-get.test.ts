import { openLmdbOnlineStore } from "@timewell/store-lmdb";
import { makeTempFolder, removeTempFolder } from "@timewell/setup";
import { systemClock } from "@timewell/ttl";
import { afterAll } from "vitest";

import { describeTypedGet, memoryStore } from "./describe-typed-get.testdata.ts";

const path = makeTempFolder("typed-get");
afterAll(() => removeTempFolder(path));

describeTypedGet("the store in memory", async () => memoryStore());
describeTypedGet("LMDB", () => openLmdbOnlineStore({ path, clock: systemClock() }));
