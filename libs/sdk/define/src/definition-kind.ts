/** Marks objects of this language, also across copies of the package that a user's modules may load. */
export const kindOf = Symbol.for("timewell.definition");

/** Kinds of definition objects. */
export type DefinedKind = "entity" | "featureView" | "featureService" | "definitions";
