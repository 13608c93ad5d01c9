// `npm run model-server:train`: fits the model anew and writes model.json.
import { writeFile } from "node:fs/promises";
import { modelPath } from "./model.ts";
import { startTimewell, stateDirectory } from "./start-timewell.ts";
import { trainModel } from "./train-model.ts";

const timewell = await startTimewell({ stateDirectory: `${stateDirectory}-training` });
try {
  const model = await trainModel(timewell.client);
  await writeFile(modelPath, `${JSON.stringify(model, null, 2)}\n`);
  console.log(`Wrote ${modelPath.pathname}:`, model.training);
} finally {
  await timewell.stop();
}
