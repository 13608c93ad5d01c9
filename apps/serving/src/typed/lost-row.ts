/** Stands for a row that the store did not answer for in time. No stored row is empty. */
export const lostRow: Uint8Array = new Uint8Array(0);
