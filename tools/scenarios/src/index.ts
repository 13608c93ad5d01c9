export {
  runIngestionKills,
  type IngestionKillsInit,
  type IngestionKillsResult,
} from "./ingestion-kills/run-ingestion-kills.ts";
export { type SeededRandom, seededRandom } from "./harness/seeded-random.ts";
export {
  runTrainingKills,
  type TrainingKillsInit,
  type TrainingKillsResult,
} from "./training-kills/run-training-kills.ts";
