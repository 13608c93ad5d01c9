"""What a training set is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._contracts.types.v1 import status_pb2

Mode = Literal["EVENT_TIME", "AVAILABLE"]
"""Which history counts at an instant: what had happened, or what the online store held."""


@dataclass(frozen=True)
class ViewReceipt:
    """One joined view."""

    name: str
    """View or alias name."""
    view: str
    """Name of the feature view."""
    version: int
    """Version of the feature view."""
    mode: str
    """The mode that was used."""
    statuses: Mapping[str, int]
    """Label rows by status: PRESENT, EXPIRED and NOT_FOUND."""


@dataclass(frozen=True)
class ColumnReceipt:
    """One column of features."""

    name: str
    """Name of the column."""
    nulls: int
    """Rows in which it is NULL, for whatever reason."""
    expired: int
    """Rows in which it is NULL because the row of its view is EXPIRED."""


@dataclass(frozen=True)
class Receipt:
    """What a training set, or a shard of one, is made of."""

    training_set_id: str
    """Names the training set for ever."""
    rows: int
    """Rows of the training set, or of the shard."""
    digest: str
    """Of schema and batches: equal for equal rows in equal order, however often it was cut."""
    format_version: int
    """Digests of different versions cannot be compared."""
    feature_service: str
    """Empty where features were asked for by reference."""
    feature_service_revision: int
    """Its revision; 0 where there is no service."""
    registry_version: int
    """Version of the project whose definitions were read."""
    manifest_version: int
    """Version of the offline manifest that was read."""
    snapshot_id: str
    """Names the state of the offline store that was read."""
    labels_digest: str
    """SHA-256 of the labels."""
    labels_kept: bool
    """Whether the server keeps the labels with the training set."""
    rows_in_gaps: int
    """Label rows inside of a known outage of the online store."""
    views: Sequence[ViewReceipt]
    """The views that were joined, in column order."""
    columns: Sequence[ColumnReceipt]
    """The columns of features, in order."""
    warnings: Sequence[str]
    """For people."""
    shard: tuple[int, int]
    """Index and count; (0, 1) for the whole."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts and lists, for example for a JSON file."""
        return asdict(self)


def receipt_of(message: retrieval_pb2.Receipt) -> Receipt:
    """Makes a receipt of its message."""
    return Receipt(
        training_set_id=message.training_set_id,
        rows=message.rows,
        digest=message.digest,
        format_version=message.format_version,
        feature_service=message.feature_service,
        feature_service_revision=message.feature_service_revision,
        registry_version=message.registry_version,
        manifest_version=message.manifest_version,
        snapshot_id=message.snapshot_id,
        labels_digest=message.labels_digest,
        labels_kept=message.labels_kept,
        rows_in_gaps=message.rows_in_gaps,
        views=[_view(view) for view in message.views],
        columns=[ColumnReceipt(it.name, it.nulls, it.expired) for it in message.columns],
        warnings=list(message.warnings),
        shard=(message.shard.index, message.shard.count or 1),
    )


def _view(view: retrieval_pb2.Receipt.ViewReceipt) -> ViewReceipt:
    return ViewReceipt(
        name=view.name,
        view=view.view,
        version=view.version,
        mode=retrieval_pb2.Mode.Name(view.mode).removeprefix("MODE_"),
        statuses={
            status_pb2.Status.Name(count.status).removeprefix("STATUS_"): count.rows
            for count in view.statuses
        },
    )
