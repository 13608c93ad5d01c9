"""FeatureLookups as the server takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from timewell._contracts.registry.v1 import snapshot_pb2
from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._operations.project_types import ProjectTypes
from timewell._suggest import suggest
from timewell.errors import InvalidRequestError, NotFoundError
from timewell.feature_lookup import FeatureLookup

_PROBLEM = "Cannot create the training set"


@dataclass(frozen=True)
class CompiledLookups:
    """What to ask for, and what its columns are called then."""

    lookups: retrieval_pb2.FeatureLookups
    names: Mapping[str, str]
    """Column of the server to column of the caller: those of `df`, then features, none excluded."""
    feature_names: tuple[str, ...]
    """Columns of features, as the caller knows them."""
    looks_up_latest: bool
    """True where a lookup has no times of its own."""


def compile_lookups(
    lookups: Sequence[FeatureLookup],
    columns: Sequence[str],
    exclude_columns: Sequence[str],
    types: ProjectTypes,
) -> CompiledLookups:
    """Checks lookups against the definitions and the columns of `df`.

    InvalidRequestError or NotFoundError in the words of `create_training_set` where they do not
    fit.
    """
    check_lookups(lookups)
    message = retrieval_pb2.FeatureLookups()
    names = {column: column for column in columns}
    outputs = dict.fromkeys(columns, "a column of df")
    for i, lookup in enumerate(lookups):
        place = f"feature_lookups[{i}]"
        view = _view(lookup, place, types)
        features = _features(lookup, view, place)
        alias = _alias(lookup, lookups[:i])
        message.lookups.add(
            view=lookup.table_name,
            alias=alias,
            features=features,
            lookup_keys=_keys(lookup, view, place, columns),
            event_time_column=_time_column(lookup, place, columns),
        )
        for feature in features:
            output = lookup.renames.get(feature, feature)
            if output in outputs:
                raise _invalid(
                    f"{place}.feature_names",
                    f"feature {feature} of {lookup.table_name} would be column {output!r}, which "
                    f"is {outputs[output]} already",
                    f"Rename it: rename_outputs={{{feature!r}: ...}}.",
                )
            outputs[output] = f"a feature of {lookup.table_name}"
            names[f"{alias}__{feature}"] = output
    excluded = _excluded(exclude_columns, list(names.values()))
    return CompiledLookups(
        message,
        {column: name for column, name in names.items() if name not in excluded},
        tuple(name for name in names.values() if name not in {*columns, *excluded}),
        any(not lookup.time_keys for lookup in lookups),
    )


def check_lookups(lookups: Sequence[FeatureLookup]) -> None:
    """INVALID_REQUEST for anything but a list of at least one FeatureLookup."""
    is_list = isinstance(lookups, Sequence) and len(lookups) > 0
    if not is_list or not all(isinstance(lookup, FeatureLookup) for lookup in lookups):
        hint = "Name at least one, in a list."
        raise _invalid("feature_lookups", "got no list of FeatureLookup", hint)


def _view(
    lookup: FeatureLookup, place: str, types: ProjectTypes
) -> snapshot_pb2.FeatureViewVersion:
    name, _, version = lookup.table_name.partition("@")
    view = types.view(name, int(version)) if version.isdecimal() else None
    if version == "":
        view = types.view(name)
    if view is not None:
        return view
    known = [state.name for state in types.snapshot.feature_views]
    raise NotFoundError(
        "FEATURE_VIEW_NOT_FOUND",
        f"{_PROBLEM}: table_name {lookup.table_name!r} is no feature view of project "
        f"{types.snapshot.project}",
        field=f"{place}.table_name",
        hint=suggest(name, known, "feature views"),
    )


def _features(
    lookup: FeatureLookup, view: snapshot_pb2.FeatureViewVersion, place: str
) -> tuple[str, ...]:
    known = [feature.name for feature in view.definition.features]
    features = lookup.features or tuple(known)
    for feature in features:
        if feature not in known:
            raise NotFoundError(
                "FEATURE_NOT_FOUND",
                f"{_PROBLEM}: {lookup.table_name} has no feature {feature!r}",
                field=f"{place}.feature_names",
                hint=suggest(feature, known, "features"),
            )
    for feature in lookup.renames:
        if feature not in features:
            raise _invalid(
                f"{place}.rename_outputs",
                f"rename_outputs names {feature!r}, which is not looked up in {lookup.table_name}",
                suggest(feature, features, "features"),
            )
    return features


def _keys(
    lookup: FeatureLookup,
    view: snapshot_pb2.FeatureViewVersion,
    place: str,
    columns: Sequence[str],
) -> tuple[str, ...]:
    entity = [key.name for key in view.entity.join_keys]
    keys = lookup.lookup_keys or tuple(entity)
    if len(keys) != len(entity):
        raise _invalid(
            f"{place}.lookup_key",
            f"{lookup.table_name} has the keys {', '.join(entity) or 'none'}, lookup_key names "
            f"{len(keys)} columns: {', '.join(keys)}",
            f"Name {len(entity)} columns of df, in the order of the keys.",
        )
    for key in keys:
        _check_column(key, columns, f"{place}.lookup_key", "lookup_key", lookup.table_name)
    return keys


def _time_column(lookup: FeatureLookup, place: str, columns: Sequence[str]) -> str:
    for column in lookup.time_keys:
        field = "timestamp_lookup_key"
        _check_column(column, columns, f"{place}.{field}", field, lookup.table_name)
        return column
    return ""


def _check_column(
    column: str, columns: Sequence[str], place: str, field: str, table_name: str
) -> None:
    if column not in columns:
        raise _invalid(
            place,
            f"df has no column {column!r}, which {field} of {table_name} names",
            suggest(column, columns, "columns of df"),
        )


def _alias(lookup: FeatureLookup, before: Sequence[FeatureLookup]) -> str:
    """The view's own name, with a number from its second use on."""
    name = lookup.table_name.partition("@")[0]
    uses = sum(other.table_name.partition("@")[0] == name for other in before)
    return f"{name}_lookup_{uses + 1}" if uses else name


def _excluded(exclude_columns: Sequence[str], known: Sequence[str]) -> set[str]:
    names = [exclude_columns] if isinstance(exclude_columns, str) else list(exclude_columns)
    for name in names:
        if name not in known:
            raise _invalid(
                "exclude_columns",
                f"exclude_columns names {name!r}, which is no column of the training set",
                suggest(name, known, "columns"),
            )
    return set(names)


def _invalid(field: str, problem: str, hint: str) -> InvalidRequestError:
    return InvalidRequestError("INVALID_REQUEST", f"{_PROBLEM}: {problem}", field=field, hint=hint)
