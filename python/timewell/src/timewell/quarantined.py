"""Rows that ingestion refused and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from timewell._contracts.ingestion.v1 import quarantine_pb2
from timewell._values.instant import instant_of

_ORIGINS: dict[int, Literal["push", "stream"]] = {
    quarantine_pb2.QuarantinedRow.ORIGIN_PUSH: "push",
    quarantine_pb2.QuarantinedRow.ORIGIN_STREAM: "stream",
}


@dataclass(frozen=True)
class QuarantinedRow:
    """A row of a push or a record of a topic that was refused."""

    id: int
    """Unique, ascending."""
    view: str
    """Name of the feature view."""
    version: int
    """Version of the view."""
    origin: Literal["push", "stream", ""]
    """Where it came from."""
    source: str
    """Place in the topic, `topic/partition/offset`, or who pushed it; empty: not known."""
    kind: str
    """Kind of the error."""
    message: str
    """What is wrong with it."""
    constraint: str
    """The constraint that it breaks; empty: none."""
    refused_at: datetime
    """When it was refused."""
    content_bytes: int
    """Length of its content."""


@dataclass(frozen=True)
class QuarantinedContent:
    """A refused row with what it holds."""

    row: QuarantinedRow
    """What is known of it."""
    content: bytes = field(repr=False)
    """As it came: the value of the record, or a serialized PushRow."""
    json: str
    """The same for people; empty where it cannot be decoded."""
    record_key: bytes | None
    """Key of the record. None: it has none, or came by a push."""


@dataclass(frozen=True)
class Replayed:
    """What became of refused rows that were tried again."""

    accepted: int
    """Rows that are durable now, and left the quarantine."""
    refused: int
    """Rows that were refused again, and stay."""
    first_refused: Sequence[QuarantinedRow]
    """Some of these, each under its newest reason."""


def quarantined_row(message: quarantine_pb2.QuarantinedRow) -> QuarantinedRow:
    """Makes it of the contract's form."""
    return QuarantinedRow(
        id=message.id,
        view=message.view,
        version=message.version,
        origin=_ORIGINS.get(message.origin, ""),
        # A word of Python, so there is no attribute of this name.
        source=getattr(message, "from"),
        kind=message.kind,
        message=message.message,
        constraint=message.constraint,
        refused_at=instant_of(message.refused_at_us),
        content_bytes=message.content_bytes,
    )
