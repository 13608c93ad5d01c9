import type { Bench } from "../bench.ts";
import { core } from "./core.ts";
import { ingestion } from "./ingestion.ts";
import { serving } from "./serving.ts";
import { training } from "./training.ts";

/** Every bench that can be asked for. */
export const allBenches: readonly Bench[] = [core, serving, training, ingestion];
