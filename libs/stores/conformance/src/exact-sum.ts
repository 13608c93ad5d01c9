/** Every finite double is a whole number of these: 2^-1074. */
const unitBits = 1074;

/** The sum of doubles, correctly rounded but for one unit in its last place; as IEEE 754 has it where one is not finite. */
export function exactSum(values: readonly number[]): number {
  if (!values.every(Number.isFinite)) return values.reduce((a, b) => a + b, 0);
  return fromUnits(
    values.reduce((sum, value) => sum + toUnits(value), 0n),
    1,
  );
}

/** The standard deviation of the population, from exact sums; NaN where a value is not finite. */
export function exactDeviation(values: readonly number[]): number {
  if (!values.every(Number.isFinite)) return NaN;
  const count = BigInt(values.length);
  const units = values.map(toUnits);
  const sum = units.reduce((a, b) => a + b, 0n);
  const squares = units.reduce((a, b) => a + b * b, 0n);
  return fromUnits(root(count * squares - sum * sum), values.length);
}

function toUnits(value: number): bigint {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0]!;
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const size = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return bits >> 63n === 1n ? -size : size;
}

function fromUnits(units: bigint, divisor: number): number {
  const size = units < 0n ? -units : units;
  const shift = Math.max(0, size.toString(2).length - 60);
  // Two steps: a power of two below the least double is none.
  const scaled = (Number(size >> BigInt(shift)) / divisor) * 2 ** (shift - 600) * 2 ** (600 - unitBits);
  return units < 0n ? -scaled : scaled;
}

/** The whole square root. */
function root(square: bigint): bigint {
  if (square < 2n) return square;
  let guess = 1n << BigInt((square.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + square / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}
