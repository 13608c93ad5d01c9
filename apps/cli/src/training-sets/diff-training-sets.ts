import { renderTable } from "../output/table.ts";
import type { Session } from "../session.ts";
import { differences } from "./differences.ts";
import { findTrainingSet } from "./find-training-sets.ts";

/** `timewell training-sets diff A B`. */
export async function diffTrainingSets(session: Session, a: string, b: string): Promise<void> {
  const [left, right] = await Promise.all([findTrainingSet(session, a), findTrainingSet(session, b)]);
  const found = differences(left, right);
  const json = { a: left.trainingSetId, b: right.trainingSetId, differences: found };
  const rows = found.map((difference) => [difference.what, difference.a || "–", difference.b || "–"]);
  const short = (id: string) => id.slice(0, 15);
  const headers = ["WHAT", short(left.trainingSetId), short(right.trainingSetId)];
  const same = `${left.trainingSetId} and ${right.trainingSetId} are made of the same and have the same rows.\n`;
  await session.print(json, rows.length === 0 ? same : renderTable(headers, rows));
}
