/** What an operation yields where it cannot be computed: a division by zero, an overflow, a bad conversion. */
export const failed: unique symbol = Symbol("failed");

/**
 * A value while an expression is computed; null is NULL.
 *
 * | kind | in memory |
 * | --- | --- |
 * | bool | boolean |
 * | int | bigint |
 * | double | number |
 * | string | string |
 * | bytes | Uint8Array |
 * | timestamp, duration | bigint, µs |
 * | list | array of the above, null included |
 */
export type Value = Content | null;

/** A value that is not NULL. */
export type Content = boolean | bigint | number | string | Uint8Array | readonly Value[];

/** What a part of an expression yields. */
export type Result = Value | typeof failed;
