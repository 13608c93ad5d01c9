import type { TimewellClient } from "@timewell/client";
import { dataFiles, delayV1, project } from "@timewell/example-flight-delays";
import { tableFromIPC, type Table } from "apache-arrow";
import { fitLogistic } from "./fit-logistic.ts";
import {
  countNames,
  inputNames,
  probabilityOf,
  standardize,
  type InputName,
  type Inputs,
  type Model,
} from "./model.ts";

/** Flights from here on test the model and do not train it. */
const testFrom = "2001-06-01T00:00:00Z";

interface Example {
  readonly inputs: Inputs;
  readonly isLate: boolean;
}

/** Pulls the training set of the flight example's labels and fits the model. The same data give the same model. */
export async function trainModel(client: TimewellClient): Promise<Model> {
  const service = delayV1.name;
  const trainingSet = await client.trainingSet({ project, service, labels: { path: dataFiles.labels } });
  const pieces: Uint8Array[] = [];
  for await (const piece of trainingSet) pieces.push(piece);
  const { train, test } = examplesOf(tableFromIPC(Buffer.concat(pieces)));

  const scales = Object.fromEntries(inputNames.map((name) => [name, scaleOf(name, train)])) as Record<
    InputName,
    { mean: number; deviation: number }
  >;
  const rows = train.map(({ inputs }) =>
    inputNames.map((name) => standardize(name, inputs[name], scales[name])),
  );
  const fit = fitLogistic(
    rows,
    train.map(({ isLate }) => isLate),
  );
  const model = {
    intercept: round(fit.intercept),
    inputs: Object.fromEntries(
      inputNames.map((name, i) => {
        const { mean, deviation } = scales[name];
        return [name, { mean: round(mean), deviation: round(deviation), weight: round(fit.weights[i]!) }];
      }),
    ) as Model["inputs"],
  };
  return { ...model, training: report({ ...model, training: {} }, train, test) };
}

function examplesOf(table: Table): { train: Example[]; test: Example[] } {
  const column = (name: string) => table.getChild(name)!;
  const columns = inputNames.map((name) => [name, column(name)] as const);
  const [labels, times] = [column("label"), column("event_timestamp")];
  const fromMs = Date.parse(testFrom);
  const train: Example[] = [];
  const test: Example[] = [];
  for (let row = 0; row < table.numRows; row++) {
    const inputs = Object.fromEntries(
      columns.map(([name, values]) => [name, values.isValid(row) ? Number(values.get(row)) : null]),
    ) as unknown as Inputs;
    (Number(times.get(row)) < fromMs ? train : test).push({ inputs, isLate: labels.get(row) === true });
  }
  return { train, test };
}

function scaleOf(name: InputName, examples: readonly Example[]): { mean: number; deviation: number } {
  const values = examples.flatMap(({ inputs }) => {
    const value = inputs[name];
    return value === null ? [] : [countNames.has(name) ? Math.log1p(value) : value];
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

function report(model: Model, train: readonly Example[], test: readonly Example[]): Model["training"] {
  const baseRate = rateOf(train);
  return {
    how: "npm run model-server:train: logistic regression on the training set of examples/flight-delays",
    label: "1 where a flight leaves more than 15 minutes late",
    missing: "counts as the mean",
    trainedOn: `flights before ${testFrom}`,
    trainRows: train.length,
    trainShareLate: round(baseRate),
    testRows: test.length,
    testShareLate: round(rateOf(test)),
    testAuc: round(auc(model, test)),
    testLogLoss: round(logLoss(test, (inputs) => probabilityOf(model, inputs))),
    testLogLossOfTheBaseRate: round(logLoss(test, () => baseRate)),
  };
}

function rateOf(examples: readonly Example[]): number {
  return examples.filter(({ isLate }) => isLate).length / examples.length;
}

/** How often a late flight has a higher probability than a punctual one; ties count half. */
function auc(model: Model, examples: readonly Example[]): number {
  const scored = examples
    .map(({ inputs, isLate }) => ({ score: probabilityOf(model, inputs), isLate }))
    .sort((a, b) => a.score - b.score);
  let [punctualBelow, pairs, at] = [0, 0, 0];
  while (at < scored.length) {
    let end = at;
    while (end < scored.length && scored[end]!.score === scored[at]!.score) end++;
    const late = scored.slice(at, end).filter(({ isLate }) => isLate).length;
    const punctual = end - at - late;
    pairs += late * (punctualBelow + punctual / 2);
    punctualBelow += punctual;
    at = end;
  }
  return pairs / (punctualBelow * (scored.length - punctualBelow));
}

function logLoss(examples: readonly Example[], predict: (inputs: Inputs) => number): number {
  const losses = examples.map(
    ({ inputs, isLate }) => -Math.log(isLate ? predict(inputs) : 1 - predict(inputs)),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

function round(value: number): number {
  return Number(value.toPrecision(7));
}
