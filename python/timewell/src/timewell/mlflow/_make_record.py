"""Makes the record of a model from what the servers know of its training set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from timewell._contracts.registry.v1 import registry_pb2
from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._operations.context import Context
from timewell._rpc.call import Operation, call
from timewell._rpc.methods import DESCRIBE_TRAINING_SET, GET_SNAPSHOT
from timewell.errors import InvalidRequestError, StateError
from timewell.mlflow._model_record import ModelRecord
from timewell.mlflow._resolve_columns import resolve_columns
from timewell.receipt import receipt_of

_EVENT_TIME_COLUMN = "event_timestamp"
_MODES = {
    retrieval_pb2.MODE_EVENT_TIME: "EVENT_TIME",
    retrieval_pb2.MODE_AVAILABLE: "AVAILABLE",
}


def make_record(
    context: Context,
    training_set_id: str,
    *,
    inputs: Sequence[str] | None,
    renames: Mapping[str, str],
) -> Operation[ModelRecord]:
    """The record of a model that was fitted on a training set.

    `inputs`: columns that the model reads, in its order; None for all features. `renames`: what
    callers know columns of the server by.
    """
    found = yield from _describe(context, training_set_id)
    receipt = found.receipts[0]
    request = registry_pb2.GetSnapshotRequest(
        project=context.project, version=receipt.registry_version
    )
    answer = yield from call(GET_SNAPSHOT, request, context.options.timeouts.call_s)
    resolved = resolve_columns(found.request, answer.snapshot)
    features = tuple(
        replace(column, column=renames.get(column.column, column.column))
        for column in resolved.features
    )
    made = [renames.get(column.name, column.name) for column in receipt.columns]
    is_whole = receipt.shard.count <= 1
    return ModelRecord(
        project=context.project,
        registry_version=receipt.registry_version,
        feature_service=receipt.feature_service,
        feature_service_revision=receipt.feature_service_revision,
        event_time_column=found.request.event_time_column or _EVENT_TIME_COLUMN,
        mode=_MODES.get(found.request.mode, ""),
        max_age_ms=found.request.max_age_ms if found.request.HasField("max_age_ms") else None,
        inputs=_checked(inputs if inputs is not None else made),
        features=features,
        computed=resolved.computed,
        key_types=resolved.key_types,
        request_data=resolved.request_data,
        training_set_id=found.training_set_id,
        snapshot_id=found.snapshot_id,
        labels_digest=found.labels_digest,
        digest=receipt.digest if is_whole else "",
        receipt=receipt_of(receipt).to_dict(),
    )


def _describe(context: Context, training_set_id: str) -> Operation[retrieval_pb2.TrainingSetRecord]:
    request = retrieval_pb2.DescribeTrainingSetRequest(
        project=context.project, training_set_id=training_set_id
    )
    answer = yield from call(DESCRIBE_TRAINING_SET, request, context.options.timeouts.call_s)
    if answer.training_set.receipts:
        return answer.training_set
    raise never_read(f"training set {training_set_id}")


def never_read(what: str) -> StateError:
    """The error for a training set without a receipt."""
    return StateError(
        "INVALID_REQUEST",
        f"Cannot log the model: {what} was never read to its end, and has no receipt",
        field="training_set",
        hint="Read it first, for example with to_pandas().",
    )


def _checked(inputs: Sequence[str]) -> tuple[str, ...]:
    names = tuple(inputs)
    repeated = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if names and repeated is None and all(isinstance(name, str) for name in names):
        return names
    problem = f"{repeated!r} is there more than once" if repeated else f"got {list(names)!r}"
    raise InvalidRequestError(
        "INVALID_REQUEST",
        f"Cannot log the model: the columns that it reads are wrong, {problem}",
        field="inputs",
        hint="Name each column of the training set that the model reads once, in its order.",
    )
