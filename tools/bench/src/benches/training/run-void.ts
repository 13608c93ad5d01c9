/** Our own side failed, or two sides have not computed the same: the figures of this part do not count, and the bench fails. */
export class RunVoid extends Error {}
