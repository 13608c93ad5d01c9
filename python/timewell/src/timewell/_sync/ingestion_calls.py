"""Rows that go in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from timewell._operations.materialize import (
    MaterializeProgress,
    incremental_request,
    materialize_request,
)
from timewell._operations.push import Push, Wait, push
from timewell._rpc.method import Method
from timewell._rpc.methods import MATERIALIZE, MATERIALIZE_INCREMENTAL
from timewell._sync.client_base import ClientBase
from timewell._training.progress_bar import progress_bar
from timewell._values.instant import Instant
from timewell._values.rows import Rows
from timewell.materialized import Materialized
from timewell.push_result import PushResult


class IngestionCalls(ClientBase):
    """What ingestion does."""

    def push(
        self,
        view: str,
        rows: Rows,
        *,
        version: int = 0,
        event_time_column: str = "event_timestamp",
        wait: Wait = "durable",
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> PushResult:
        """Writes rows; a wrong one is refused and does not keep the others from being stored.

        A row replaces the whole stored row: a feature that is left out becomes NULL. Calls are sent
        again where a server is not there for a moment, and have one effect all the same.

        Args:
            view: Name of the feature view.
            rows: Keys, features and event time by name: dicts, or a pandas, Polars or pyarrow
                table. More than 10,000 go in several requests.
            version: Version of the view; 0 is the latest.
            event_time_column: Where the event time of each row is.
            wait: "online" waits until the rows can be read, too.
            request_id: The same rows under the same id have one effect for 24 h; at most 48
                characters. None: a new one.
            timeout_s: For each request, seconds.
        """
        ask = Push(
            view=view,
            rows=rows,
            version=version,
            event_time_column=event_time_column,
            wait=wait,
            request_id=request_id,
            timeout_s=timeout_s,
        )
        return self._transport.run(push(self._context, ask))

    def delete(
        self,
        view: str,
        keys: Rows,
        *,
        version: int = 0,
        event_time_column: str = "event_timestamp",
        wait: Wait = "durable",
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> PushResult:
        """Removes what is stored at or before an event time, and keeps history.

        `keys` have the join keys, and perhaps the event time; without one it is now. The other
        arguments are those of `push`.
        """
        ask = Push(
            view=view,
            rows=keys,
            version=version,
            event_time_column=event_time_column,
            wait=wait,
            request_id=request_id,
            timeout_s=timeout_s,
            is_delete=True,
        )
        return self._transport.run(push(self._context, ask))

    def materialize(
        self,
        view: str,
        start: Instant,
        end: Instant,
        *,
        version: int = 0,
        progress: bool | None = None,
    ) -> Materialized:
        """Copies rows of a batch source with event time in [start, end) to the online store."""
        request = materialize_request(self._context, view, start, end, version)
        return self._materialize(MATERIALIZE, request, view, progress=progress)

    def materialize_incremental(
        self,
        view: str,
        end: Instant | None = None,
        *,
        overlap: timedelta | None = None,
        version: int = 0,
        progress: bool | None = None,
    ) -> Materialized:
        """Copies everything before `end`, or now, that no run has covered yet.

        `overlap`: how far to look back for late rows where the source has no created column; None
        is a day.
        """
        request = incremental_request(self._context, view, end, overlap, version)
        return self._materialize(MATERIALIZE_INCREMENTAL, request, view, progress=progress)

    def _materialize(
        self, method: Method[Any, Any], request: Any, view: str, *, progress: bool | None
    ) -> Materialized:
        options = self._context.options
        wanted = options.progress if progress is None else progress
        with progress_bar(f"materialize {view}", wanted=wanted) as bar:
            run = MaterializeProgress(bar)
            for message in self._transport.server_stream(
                method, request, options.timeouts.stream_s
            ):
                run.take(message)
            return run.result()
