export type {
  CompiledFeature,
  CompiledKey,
  CompiledProject,
  CompiledService,
  CompiledView,
} from "./compiled-project.ts";
export type { CheckedRow, CompiledConstraint, ConstraintPolicy } from "./constraints/compiled-constraint.ts";
export { findViolations, type Violation } from "./constraints/find-violations.ts";
export type { CompiledWindows } from "./windows/compiled-windows.ts";
export type { DeclaredInput, InputOrigin } from "./on-demand-inputs.ts";
export type { OnDemandColumn, OnDemandPlan } from "./on-demand-plan.ts";
export { gatherInputs, type InputSources } from "./gather-inputs.ts";
export { computeOnDemand } from "./compute-on-demand.ts";
export { readRequestData } from "./read-request-data.ts";
export type { ColumnSource, KeyGroup, SelectedView, Selection } from "./selection.ts";
export type { DefinitionPlan, PlanMeta } from "./definition-plan.ts";
export { featureTypeNames, featureTypeOf, keyTypeOf, valueTypeOf } from "./value-types.ts";
export { valueToFeature, type NamedField } from "./value-to-feature.ts";
export { featureToValue } from "./feature-to-value.ts";
export { messagePath, streamMessage } from "./stream-message.ts";
export { compileProject } from "./compile-project.ts";
export { findView } from "./find-view.ts";
export { feature } from "./find-feature.ts";
export { selectService } from "./select-service.ts";
export { selectReferences } from "./select-references.ts";
export { encodeEntityRow } from "./encode-entity-row.ts";
export { planDefinitions } from "./plan-definitions.ts";
export { planDelete } from "./plan-delete.ts";
export { checkName, type NameUse } from "./check-name.ts";
export { pascalCase } from "./pascal-case.ts";
export { suggest } from "@timewell/errors";
export { pushDescriptor } from "./push-descriptor.ts";
export { pushFiles } from "./push-files.ts";
export { rowMessageDescriptor, rowMessageName } from "./row-message-descriptor.ts";
export { serviceDescriptor } from "./service-descriptor.ts";
export { serviceFiles } from "./service-files.ts";
export {
  definitionsMax,
  descriptionCharsMax,
  dimensionMax,
  durationMaxMs,
  constraintsMax,
  featuresMax,
  joinKeysMax,
  labelCharsMax,
  nameCharsMax,
  pathCharsMax,
  onDemandFeaturesMax,
  referencesMax,
  requestFieldsMax,
  serviceViewsMax,
  tagsMax,
} from "./limits.ts";
export { requestedAsOfUs } from "./requested-as-of-us.ts";
export { requestedMaxAgeUs } from "./requested-max-age-us.ts";
export { selectLookups, type SelectedLookups } from "./select-lookups.ts";
export { selectRequested, type RequestedSelection } from "./select-requested.ts";
