"""What to materialize, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from timewell._contracts.ingestion.v1 import ingestion_pb2
from timewell._operations.context import Context
from timewell._training.progress_bar import Progress
from timewell._values.instant import Instant, instant_us, whole_ms
from timewell.errors import UnavailableError
from timewell.materialized import Backfilled, Materialized, materialized


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


@dataclass(frozen=True, kw_only=True)
class Backfill:
    """A range of a view's history, and in which parts to run it."""

    view: str
    start: Instant
    end: Instant
    version: int
    chunk: timedelta | None
    parallelism: int
    again: bool

    def request(self, context: Context) -> ingestion_pb2.BackfillRequest:
        """What to ask."""
        return ingestion_pb2.BackfillRequest(
            project=context.project,
            feature_view=self.view,
            version=self.version,
            from_us=instant_us(self.start, "start"),
            to_us=instant_us(self.end, "end"),
            chunk_ms=None if self.chunk is None else whole_ms(self.chunk, "chunk"),
            parallelism=self.parallelism,
            again=self.again,
        )


class MaterializeProgress:
    """Takes the messages of a run, and shows them."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._last: ingestion_pb2.Progress | None = None
        self._shown = 0
        self._chunks = self._chunks_before = 0

    def take(
        self,
        message: ingestion_pb2.MaterializeResponse
        | ingestion_pb2.MaterializeIncrementalResponse
        | ingestion_pb2.BackfillResponse,
    ) -> None:
        """Takes one message."""
        if isinstance(message, ingestion_pb2.BackfillResponse):
            self._chunks, self._chunks_before = message.chunks, message.chunks_before
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
                hint="Run it again: rows that are written already change nothing, and a backfill"
                " goes on where it was.",
            )
        return materialized(self._last)

    def backfilled(self) -> Backfilled:
        """The end of a backfill; UNAVAILABLE as for `result`."""
        return Backfilled(self.result(), self._chunks, self._chunks_before)
