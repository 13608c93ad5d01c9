import { openLmdbOnlineStore } from "@timewell/store-lmdb";
import { makeTempFolder, removeTempFolder } from "@timewell/setup";
import { systemClock } from "@timewell/ttl";
import { afterAll } from "vitest";

import { memoryStore } from "../typed/describe-typed-get.testdata.ts";
import { describeFeastGet } from "./describe-feast-get.testdata.ts";

const path = makeTempFolder("feast-get");
afterAll(() => removeTempFolder(path));

describeFeastGet("the store in memory", async () => memoryStore());
describeFeastGet("LMDB", () => openLmdbOnlineStore({ path, clock: systemClock() }));
