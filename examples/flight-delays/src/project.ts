/** Project of the example. */
export const project = "flights";
