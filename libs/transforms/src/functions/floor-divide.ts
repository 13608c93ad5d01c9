/** Divides by a positive number and rounds down, also below 0. */
export function floorDivide(value: bigint, divisor: bigint): bigint {
  return value >= 0n ? value / divisor : -((divisor - 1n - value) / divisor);
}
