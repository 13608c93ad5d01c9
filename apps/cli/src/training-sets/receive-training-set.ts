import type { TrainingSetInit } from "@timewell/client";
import type { Receipt } from "@timewell/contracts";
import { writeTrainingSet } from "../files/write-training-set.ts";
import { Progress } from "../output/progress.ts";
import type { Session } from "../session.ts";

/** Asks for a training set and writes it to a file, which appears whole or not at all. */
export async function receiveTrainingSet(
  session: Session,
  init: TrainingSetInit,
  output: { readonly path: string; readonly eventTimeColumn: string },
): Promise<Receipt> {
  const bar = new Progress(session.io, "train");
  try {
    const trainingSet = await session.trainingSet(init);
    bar.update({ done: 0 });
    const tellRows = (rows: number) => bar.update({ done: rows });
    await writeTrainingSet(trainingSet, { ...output, tellRows });
    return await trainingSet.receipt;
  } finally {
    bar.finish();
  }
}
