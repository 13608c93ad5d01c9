/** A fitted logistic regression. */
export interface Fit {
  readonly intercept: number;
  readonly weights: readonly number[];
}

const stepsMax = 50;

/**
 * Fits a logistic regression by Newton's method. `rows` have one standardized value for each weight; `ridge` is the penalty on the
 * squared weights. Throws where it does not converge.
 */
export function fitLogistic(
  rows: readonly (readonly number[])[],
  labels: readonly boolean[],
  ridge = 1,
): Fit {
  const size = (rows[0]?.length ?? 0) + 1;
  const beta = new Array<number>(size).fill(0);
  for (let step = 0; step < stepsMax; step++) {
    const change = solve(...newtonSystem(rows, labels, beta, ridge));
    change.forEach((delta, i) => (beta[i]! += delta));
    if (Math.max(...change.map(Math.abs)) < 1e-10) {
      const [intercept, ...weights] = beta as [number, ...number[]];
      return { intercept, weights };
    }
  }
  throw new Error(`Cannot fit the model: no convergence after ${stepsMax} steps`);
}

/** Second derivatives and gradient of the penalized log-likelihood. */
function newtonSystem(
  rows: readonly (readonly number[])[],
  labels: readonly boolean[],
  beta: readonly number[],
  ridge: number,
): [number[][], number[]] {
  const size = beta.length;
  const gradient = beta.map((value, i) => (i === 0 ? 0 : -ridge * value));
  const curvature = beta.map((_, i) => beta.map((_, j) => (i === j && i > 0 ? ridge : 0)));
  const x = new Array<number>(size).fill(1);
  for (const [r, row] of rows.entries()) {
    row.forEach((value, i) => (x[i + 1] = value));
    const probability = 1 / (1 + Math.exp(-dot(beta, x)));
    const error = (labels[r] === true ? 1 : 0) - probability;
    const weight = probability * (1 - probability);
    for (let i = 0; i < size; i++) {
      gradient[i]! += error * x[i]!;
      for (let j = 0; j < size; j++) curvature[i]![j]! += weight * x[i]! * x[j]!;
    }
  }
  return [curvature, gradient];
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** Solves `matrix · x = right` by Gaussian elimination with pivoting; both are used up. */
function solve(matrix: number[][], right: number[]): number[] {
  const size = right.length;
  for (let at = 0; at < size; at++) {
    let pivot = at;
    for (let row = at + 1; row < size; row++)
      if (Math.abs(matrix[row]![at]!) > Math.abs(matrix[pivot]![at]!)) pivot = row;
    [matrix[at], matrix[pivot]] = [matrix[pivot]!, matrix[at]!];
    [right[at], right[pivot]] = [right[pivot]!, right[at]!];
    for (let row = at + 1; row < size; row++) {
      const factor = matrix[row]![at]! / matrix[at]![at]!;
      for (let column = at; column < size; column++) matrix[row]![column]! -= factor * matrix[at]![column]!;
      right[row]! -= factor * right[at]!;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row--)
    solution[row] = (right[row]! - dot(matrix[row]!, solution)) / matrix[row]![row]!;
  return solution;
}
