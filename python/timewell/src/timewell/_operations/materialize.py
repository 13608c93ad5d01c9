"""What to materialize, and how far it is."""

from __future__ import annotations

from datetime import timedelta

from timewell._contracts.ingestion.v1 import ingestion_pb2
from timewell._operations.context import Context
from timewell._training.progress_bar import Progress
from timewell._values.instant import Instant, instant_us, whole_ms
from timewell.errors import UnavailableError
from timewell.materialized import Materialized, materialized


def materialize_request(
    context: Context, view: str, start: Instant, end: Instant, version: int
) -> ingestion_pb2.MaterializeRequest:
    """Asks for a range of event times."""
    return ingestion_pb2.MaterializeRequest(
        project=context.project,
        feature_view=view,
        version=version,
        from_us=instant_us(start, "start"),
        to_us=instant_us(end, "end"),
    )


def incremental_request(
    context: Context, view: str, end: Instant | None, overlap: timedelta | None, version: int
) -> ingestion_pb2.MaterializeIncrementalRequest:
    """Asks for what no run has covered yet."""
    return ingestion_pb2.MaterializeIncrementalRequest(
        project=context.project,
        feature_view=view,
        version=version,
        to_us=None if end is None else instant_us(end, "end"),
        overlap_ms=None if overlap is None else whole_ms(overlap, "overlap"),
    )


class MaterializeProgress:
    """Takes the messages of a run, and shows them."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._last: ingestion_pb2.Progress | None = None
        self._shown = 0

    def take(
        self,
        message: ingestion_pb2.MaterializeResponse | ingestion_pb2.MaterializeIncrementalResponse,
    ) -> None:
        """Takes one message."""
        progress = self._last = message.progress
        if progress.rows_total:
            self._bar.total = progress.rows_total
        self._bar.update(progress.rows_read - self._shown)
        self._shown = progress.rows_read

    def result(self) -> Materialized:
        """The end of the run; UNAVAILABLE where it did not come to its end."""
        if self._last is None or not self._last.done:
            raise UnavailableError(
                "STORE_UNAVAILABLE",
                "Cannot tell how the run ended: its progress stopped before its end",
                hint="Materialize again: rows that are written already change nothing.",
            )
        return materialized(self._last)
