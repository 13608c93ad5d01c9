"""What a materialization has done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from timewell._contracts.ingestion.v1 import ingestion_pb2
from timewell._values.instant import instant_of


@dataclass(frozen=True)
class Materialized:
    """A finished run."""

    run: int
    """Its number; later runs have higher ones. 0: none was needed."""
    rows_read: int
    """Rows that were read."""
    rows_written: int
    """Rows that changed the online store."""
    rows_expired: int
    """Rows that were not written because they are past ttl plus grace."""
    rows_violating: int
    """Rows that break a constraint of the view; they are written all the same."""
    start: datetime
    """Start of the range of event times, included."""
    end: datetime
    """End of the range, excluded."""


@dataclass(frozen=True)
class Backfilled:
    """A finished backfill."""

    run: Materialized
    """What was read and written by this call and those before it that were cut."""
    chunks: int
    """Parts of the range."""
    chunks_before: int
    """Those that were done before this call."""


def materialized(progress: ingestion_pb2.Progress) -> Materialized:
    """Makes it of the last progress of a run."""
    return Materialized(
        run=progress.run,
        rows_read=progress.rows_read,
        rows_written=progress.rows_written,
        rows_expired=progress.rows_expired,
        rows_violating=progress.rows_violating,
        start=instant_of(progress.from_us),
        end=instant_of(progress.to_us),
    )
