/** Most characters of a name. */
export const nameCharsMax = 63;
/** Most definitions of one kind in one apply. */
export const definitionsMax = 1_000;
/** Most join keys of an entity. */
export const joinKeysMax = 8;
/** Most features of a view. */
export const featuresMax = 1_000;
/** Most views, aliases counted one by one, of a feature service. */
export const serviceViewsMax = 100;
/** Most request fields of a feature service. */
export const requestFieldsMax = 100;
/** Most on-demand features of a feature service. */
export const onDemandFeaturesMax = 100;
/** Most references of one request. */
export const referencesMax = 1_000;
/** Most characters of a description. */
export const descriptionCharsMax = 4_096;
/** Most characters of an owner, of a tag's name and of a tag's value. */
export const labelCharsMax = 256;
/** Most tags of a definition. */
export const tagsMax = 32;
/** Greatest dimension of a FLOAT_VECTOR; the smallest is 1. */
export const dimensionMax = 65_536;
/** Most characters of a path or a column name. */
export const pathCharsMax = 1_024;
/** Greatest ttl and availability delay, ms: about 31,700 years, so that µs never overflow. */
export const durationMaxMs = 1_000_000_000_000_000n;
/** Most constraints of a view. */
export const constraintsMax = 100;
/** Most bytes of the descriptor set of a topic. */
export const descriptorSetBytesMax = 256 * 1024;
/** Most events of a LAST_N. */
export const lastEventsMax = 1_000;
/** Most bytes that the windows of a view may keep for an entity, texts and byte strings apart. */
export const tileBytesMax = 1_048_576;
/** Most lookups of one request. */
export const lookupsMax = 100;
