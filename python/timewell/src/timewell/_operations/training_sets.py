"""Records of training sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._labels.local_labels import LocalLabels
from timewell._labels.read_labels import read_labels
from timewell._operations.context import Context
from timewell._operations.get_historical_features import TrainingSetParts
from timewell._rpc.call import Operation, call
from timewell._rpc.methods import DESCRIBE_TRAINING_SET, LIST_TRAINING_SETS
from timewell.errors import NotFoundError
from timewell.labels import Labels, ServerPath, StoredLabels
from timewell.training_set_record import (
    Difference,
    OfflineSnapshot,
    TrainingSetRecord,
    training_set_record,
)

_PAGE_ROWS = 1_000
_RECORDS_SEARCHED_MAX = 100_000


def list_training_sets(
    context: Context, service: str | None, limit: int
) -> Operation[list[TrainingSetRecord]]:
    """Answers records, the latest first."""
    found: list[TrainingSetRecord] = []
    token = ""
    while len(found) < limit:
        request = retrieval_pb2.ListTrainingSetsRequest(
            project=context.project,
            feature_service=service or "",
            page_size=min(limit - len(found), _PAGE_ROWS),
            page_token=token,
        )
        answer = yield from call(LIST_TRAINING_SETS, request, context.options.timeouts.call_s)
        found += [training_set_record(message) for message in answer.training_sets]
        token = answer.next_page_token
        if not token:
            break
    return found


def describe_training_set(context: Context, id_or_prefix: str) -> Operation[TrainingSetRecord]:
    """Answers one record."""
    request = retrieval_pb2.DescribeTrainingSetRequest(
        project=context.project, training_set_id=id_or_prefix
    )
    answer = yield from call(DESCRIBE_TRAINING_SET, request, context.options.timeouts.call_s)
    return training_set_record(answer.training_set)


def rebuild_training_set(
    context: Context, id_or_prefix: str, labels: Labels | None
) -> Operation[TrainingSetParts]:
    """Asks for a recorded training set, with labels where they were not kept."""
    record = yield from describe_training_set(context, id_or_prefix)
    request = retrieval_pb2.GetTrainingSetRequest(
        project=context.project, training_set_id=record.id
    )
    if labels is None:
        return TrainingSetParts(request, None)
    found = read_labels(labels, [], {})
    if isinstance(found, ServerPath):
        request.labels_path = found.path
    elif isinstance(found, StoredLabels):
        request.labels_digest = found.digest
    return TrainingSetParts(request, found if isinstance(found, LocalLabels) else None)


def diff_training_sets(context: Context, before: str, after: str) -> Operation[list[Difference]]:
    """Answers in what two training sets differ, besides their ids and times."""
    first = yield from describe_training_set(context, before)
    second = yield from describe_training_set(context, after)
    left, right = dict(_leaves(_comparable(first))), dict(_leaves(_comparable(second)))
    return [
        Difference(path, left.get(path), right.get(path))
        for path in dict.fromkeys([*left, *right])
        if left.get(path) != right.get(path)
    ]


def list_snapshots(context: Context, limit: int) -> Operation[list[str]]:
    """Answers the ids of the snapshots of recorded training sets, that of the latest first."""
    records = yield from list_training_sets(context, None, limit)
    return list(dict.fromkeys(record.snapshot.id for record in records))


def describe_snapshot(context: Context, id_or_prefix: str) -> Operation[OfflineSnapshot]:
    """Answers one of them."""
    records = yield from list_training_sets(context, None, _RECORDS_SEARCHED_MAX)
    for record in records:
        if id_or_prefix and record.snapshot.id.startswith(id_or_prefix):
            # Lists leave out what is long.
            whole = yield from describe_training_set(context, record.id)
            return whole.snapshot
    raise NotFoundError(
        "SNAPSHOT_NOT_FOUND",
        f"Cannot find snapshot {id_or_prefix!r} in project {context.project}",
        field="snapshot_id",
        hint="snapshots.list() has those of training sets.",
    )


def _comparable(record: TrainingSetRecord) -> dict[str, Any]:
    plain = asdict(record)
    for name in ("id", "created_at", "created_by"):
        del plain[name]
    for receipt in plain["receipts"]:
        del receipt["training_set_id"]
    return plain


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for i, item in enumerate(value):
            yield from _leaves(item, f"{path}[{i}]")
    else:
        yield path, value
