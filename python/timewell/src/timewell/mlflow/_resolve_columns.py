"""Where the columns of a training set come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from timewell._contracts.registry.v1 import snapshot_pb2
from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._contracts.types.v1 import definitions_pb2, value_pb2
from timewell._operations.project_types import ProjectTypes
from timewell.errors import NotFoundError
from timewell.mlflow._model_record import ComputedColumn, FeatureColumn

_TYPE_PREFIX = "VALUE_TYPE_"


@dataclass(frozen=True)
class ResolvedColumns:
    """All columns that a request makes."""

    features: tuple[FeatureColumn, ...]
    key_types: Mapping[str, str]
    """Type of each column with a join key."""
    computed: tuple[ComputedColumn, ...] = ()
    request_data: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Use:
    """One use of a view: a reference of a service, references of a request, or a lookup."""

    prefix: str
    view: snapshot_pb2.FeatureViewVersion
    name: str
    features: Sequence[str]
    lookup_keys: tuple[str, ...]
    event_time_column: str = ""


def resolve_columns(
    request: retrieval_pb2.GetTrainingSetRequest, snapshot: snapshot_pb2.Snapshot
) -> ResolvedColumns:
    """The columns of a training set as `snapshot` defines them; NotFoundError for what it lacks."""
    types = ProjectTypes(snapshot)
    selected = request.WhichOneof("selection")
    if selected == "feature_service":
        return service_columns(request.feature_service, types)
    if selected == "lookups":
        uses = [_lookup_use(lookup, types) for lookup in request.lookups.lookups]
    else:
        uses = [_reference_use(text, types) for text in request.features.references]
    return ResolvedColumns(*_columns_and_keys(uses))


def service_columns(name: str, types: ProjectTypes) -> ResolvedColumns:
    """The columns of a feature service; NotFoundError where there is none of this name."""
    state = next(
        (state for state in types.snapshot.feature_services if state.definition.name == name), None
    )
    if state is None:
        raise NotFoundError(
            "FEATURE_SERVICE_NOT_FOUND",
            f"Cannot find feature service {name} in version {types.snapshot.version} of project "
            f"{types.snapshot.project}",
            field="feature_service",
        )
    uses = [_service_use(state, reference, types) for reference in state.definition.views]
    return ResolvedColumns(
        *_columns_and_keys(uses),
        tuple(
            ComputedColumn(feature.name, _type_name(feature.type), feature.expression)
            for feature in state.definition.on_demand_features
        ),
        tuple(field.name for field in state.definition.request_data),
    )


def _service_use(
    state: snapshot_pb2.FeatureServiceState,
    reference: definitions_pb2.ViewReference,
    types: ProjectTypes,
) -> _Use:
    view = _view(types, reference.view, reference.version)
    prefix = reference.alias or reference.view
    mapping = reference.join_key_mapping
    features: Sequence[str] = reference.features
    if not features:
        # Features that the view got after the service was applied are none of the service's.
        number_max = state.feature_number_max.get(prefix)
        features = [
            feature.name
            for feature in view.definition.features
            if number_max is None or view.field_numbers[feature.name] <= number_max
        ]
    keys = tuple(mapping.get(key.name, key.name) for key in view.entity.join_keys)
    return _Use(prefix, view, reference.view, features, keys)


def _reference_use(text: str, types: ProjectTypes) -> _Use:
    place, _, feature = text.partition(":")
    name, _, version = place.partition("@")
    view = _view(types, name, int(version or 0))
    features = _all_features(view) if feature == "*" else [feature]
    return _Use(name, view, name, features, _key_names(view))


def _lookup_use(lookup: retrieval_pb2.FeatureLookup, types: ProjectTypes) -> _Use:
    name, _, version = lookup.view.partition("@")
    view = _view(types, name, int(version or 0))
    return _Use(
        lookup.alias or name,
        view,
        name,
        lookup.features or _all_features(view),
        tuple(lookup.lookup_keys) or _key_names(view),
        lookup.event_time_column,
    )


def _columns_and_keys(uses: Sequence[_Use]) -> tuple[tuple[FeatureColumn, ...], dict[str, str]]:
    keys = {
        column: _type_name(key.type)
        for use in uses
        for column, key in zip(use.lookup_keys, use.view.entity.join_keys, strict=True)
    }
    return tuple(column for use in uses for column in _columns(use)), keys


def _columns(use: _Use) -> Iterator[FeatureColumn]:
    by_name = {feature.name: feature for feature in use.view.definition.features}
    for feature in use.features:
        yield FeatureColumn(
            f"{use.prefix}__{feature}",
            use.name,
            use.view.version,
            feature,
            _type_name(by_name[feature].type),
            use.lookup_keys,
            use.event_time_column,
        )


def _view(types: ProjectTypes, name: str, version: int) -> snapshot_pb2.FeatureViewVersion:
    view = types.view(name, version)
    if view is not None:
        return view
    shown = f"{name}@{version}" if version else name
    raise NotFoundError(
        "FEATURE_VIEW_NOT_FOUND",
        f"Cannot find feature view {shown} in version {types.snapshot.version} of project "
        f"{types.snapshot.project}",
        field="feature_view",
    )


def _all_features(view: snapshot_pb2.FeatureViewVersion) -> list[str]:
    return [feature.name for feature in view.definition.features]


def _key_names(view: snapshot_pb2.FeatureViewVersion) -> tuple[str, ...]:
    return tuple(key.name for key in view.entity.join_keys)


def _type_name(value_type: value_pb2.ValueType) -> str:
    return value_pb2.ValueType.Name(value_type).removeprefix(_TYPE_PREFIX)
