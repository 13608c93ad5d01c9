"""How the features of a model are asked for again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from timewell._contracts.registry.v1 import registry_pb2
from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._operations.context import Context
from timewell._operations.project_types import ProjectTypes
from timewell._rpc.call import Operation, call
from timewell._rpc.methods import GET_SNAPSHOT
from timewell.errors import NotFoundError, StateError
from timewell.mlflow._model_record import FeatureColumn, ModelRecord
from timewell.mlflow._resolve_columns import ResolvedColumns, service_columns


@dataclass(frozen=True)
class FeatureRequest:
    """A request without labels and times, and what its columns are for the model."""

    request: retrieval_pb2.GetTrainingSetRequest
    names: dict[str, str]
    """Column of the server to column of the model, features alone."""
    time_columns: tuple[str, ...]
    """Columns of the keys with instants, where those of the request do not count."""


def feature_request(
    context: Context, record: ModelRecord, given: Collection[str], *, own_times: bool
) -> Operation[FeatureRequest | None]:
    """Asks for the inputs that the keys do not bring along; None where they bring all.

    Stored features are looked up in the very versions of their views that the model was made with,
    whatever became of its feature service. On-demand features are computed by the service: it has
    to be there still, and to mean the same. `own_times`: lookups with times of their own keep them,
    where the keys have them.
    """
    wanted = [name for name in record.inputs if name not in given]
    stored = {column.column: column for column in record.features}
    computed = {column.column for column in record.computed}
    if any(name in computed for name in wanted):
        yield from _check_service(context, record)
        names = {name: name for name in wanted if name in computed or name in stored}
        request = retrieval_pb2.GetTrainingSetRequest(
            project=record.project, feature_service=record.feature_service
        )
        return FeatureRequest(request, names, ())
    columns = [stored[name] for name in wanted if name in stored]
    times = set(given) if own_times else set()
    return _lookups(record, columns, times) if columns else None


def _lookups(
    record: ModelRecord, columns: Sequence[FeatureColumn], times: Collection[str]
) -> FeatureRequest:
    message = retrieval_pb2.FeatureLookups()
    aliases: dict[tuple[object, ...], retrieval_pb2.FeatureLookup] = {}
    names: dict[str, str] = {}
    for column in columns:
        event_time_column = column.event_time_column if column.event_time_column in times else ""
        use = (column.view, column.version, column.lookup_keys, event_time_column)
        if use not in aliases:
            aliases[use] = message.lookups.add(
                view=f"{column.view}@{column.version}",
                alias=f"lookup_{len(aliases) + 1}",
                lookup_keys=column.lookup_keys,
                event_time_column=event_time_column,
            )
        lookup = aliases[use]
        if column.feature not in lookup.features:
            lookup.features.append(column.feature)
        names[f"{lookup.alias}__{column.feature}"] = column.column
    request = retrieval_pb2.GetTrainingSetRequest(project=record.project, lookups=message)
    used = dict.fromkeys(it.event_time_column for it in message.lookups if it.event_time_column)
    return FeatureRequest(request, names, tuple(used))


def _check_service(context: Context, record: ModelRecord) -> Operation[None]:
    """A later revision will do where all that the model reads is what it was."""
    request = registry_pb2.GetSnapshotRequest(project=record.project)
    answer = yield from call(GET_SNAPSHOT, request, context.options.timeouts.call_s)
    service = record.feature_service
    try:
        now = service_columns(service, ProjectTypes(answer.snapshot))
    except NotFoundError as error:
        raise StateError(
            "FEATURE_SERVICE_NOT_FOUND",
            f"Cannot score: the model reads on-demand features of feature service {service}, "
            "which was deleted",
            field="model_uri",
            hint=f"Apply the service again as it was in revision "
            f"{record.feature_service_revision}.",
        ) from error
    changed = _changed(record, now)
    if changed:
        raise StateError(
            "BREAKING_CHANGE",
            f"Cannot score: the model reads revision {record.feature_service_revision} of feature "
            f"service {service}, and since then {changed}",
            field="model_uri",
            hint="Train and log the model again, or make the change in a service of its own.",
        )


def _changed(record: ModelRecord, now: ResolvedColumns) -> str:
    """What of the record is not what it was; empty: nothing."""
    computed = {column.column: column for column in now.computed}
    for known in record.computed:
        if known.column in record.inputs and computed.get(known.column) != known:
            return f"on-demand feature {known.column} has another expression"
    stored = {column.column: column for column in now.features}
    for column in record.features:
        if stored.get(column.column) != column:
            return f"{column.column} comes from another place"
    return ""
