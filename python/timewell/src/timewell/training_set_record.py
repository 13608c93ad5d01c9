"""What is recorded of a training set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.protobuf.json_format import MessageToDict

from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._values.instant import instant_of
from timewell.receipt import Receipt, receipt_of


@dataclass(frozen=True)
class SourceFile:
    """A file of a batch source, as it was read."""

    path: str
    """As the definition of the source finds it."""
    bytes: int
    """Size in bytes."""
    sha256: str
    """SHA-256 of its bytes, lower-case hex."""


@dataclass(frozen=True)
class OfflineSnapshot:
    """A state of the offline store."""

    id: str
    """SHA-256 of the rest, lower-case hex."""
    manifest_version: int
    """Version of the manifest of segments."""
    log_positions: Sequence[int]
    """Where each partition of the log stood."""
    source_files: Sequence[SourceFile]
    """Files of batch sources."""


@dataclass(frozen=True)
class TrainingSetRecord:
    """A stored training set: it can be made again from its id."""

    id: str
    """Names it for ever."""
    request: Mapping[str, Any]
    """What was asked for, resolved, in the names of the contract."""
    feature_service: str
    """Empty where features were asked for by reference."""
    rows: int
    """Rows of the whole training set."""
    labels_digest: str
    """SHA-256 of the labels, lower-case hex."""
    labels_kept: bool
    """Where not, a rebuild needs the labels again."""
    created_at: datetime
    """When it was first asked for, UTC."""
    created_by: str
    """Empty: nobody has to say who they are."""
    snapshot: OfflineSnapshot
    """The state of the offline store that was read."""
    receipts: Sequence[Receipt]
    """Of finished streams: one for the whole, or one for each shard."""


@dataclass(frozen=True)
class Difference:
    """Something in which two training sets differ."""

    path: str
    """For example `request.mode` or `snapshot.source_files[0].sha256`."""
    before: Any
    """None: it is not there."""
    after: Any
    """Likewise of the second."""


def training_set_record(message: retrieval_pb2.TrainingSetRecord) -> TrainingSetRecord:
    """Makes it of its message."""
    snapshot = message.snapshot
    return TrainingSetRecord(
        id=message.training_set_id,
        request=MessageToDict(message.request, preserving_proto_field_name=True),
        feature_service=message.request.feature_service,
        rows=message.rows,
        labels_digest=message.labels_digest,
        labels_kept=message.labels_kept,
        created_at=instant_of(message.created_at_us),
        created_by=message.created_by,
        snapshot=OfflineSnapshot(
            id=snapshot.snapshot_id or message.snapshot_id,
            manifest_version=snapshot.manifest_version,
            log_positions=list(snapshot.log_positions),
            source_files=[SourceFile(it.path, it.bytes, it.sha256) for it in snapshot.source_files],
        ),
        receipts=[receipt_of(receipt) for receipt in message.receipts],
    )
