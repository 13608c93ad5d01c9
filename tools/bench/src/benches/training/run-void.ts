/** Our own side failed, or two sides have not computed the same: no figure of the run counts. */
export class RunVoid extends Error {}
