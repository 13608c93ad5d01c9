"""Rows that go in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from timewell._operations.erase import EraseProgress, erase_request, find_entity
from timewell._operations.materialize import (
    Backfill,
    MaterializeProgress,
    incremental_request,
    materialize_request,
)
from timewell._operations.push import push
from timewell._operations.push_rows import PushTarget, Wait
from timewell._operations.push_stream import begin_push_stream
from timewell._rpc.method import Method
from timewell._rpc.methods import BACKFILL, ERASE_ENTITY, MATERIALIZE, MATERIALIZE_INCREMENTAL
from timewell._sync.client_base import ClientBase
from timewell._sync.push_stream import PushStreamRun
from timewell._sync.quarantine import Quarantine
from timewell._training.progress_bar import progress_bar
from timewell._values.instant import Instant
from timewell._values.rows import Rows
from timewell.erase_receipt import EntityTraces, EraseReceipt
from timewell.materialized import Backfilled, Materialized
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
        also_versions: Sequence[int] = (),
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
            also_versions: Other versions that get the rows in the same step, each the features
                that it has, while readers move from one to the next.
            wait: "online" waits until the rows can be read, too.
            request_id: The same rows under the same id have one effect for 24 h; at most 48
                characters. None: a new one.
            timeout_s: For each request, seconds.
        """
        target = PushTarget(
            view=view,
            version=version,
            also_versions=also_versions,
            event_time_column=event_time_column,
            wait=wait,
        )
        operation = push(self._context, target, rows, request_id=request_id, timeout_s=timeout_s)
        return self._transport.run(operation)

    def push_stream(
        self,
        view: str,
        rows: Rows,
        *,
        version: int = 0,
        event_time_column: str = "event_timestamp",
        also_versions: Sequence[int] = (),
        wait: Wait = "durable",
        request_id: str | None = None,
        batch_rows: int = 500,
        in_flight: int = 8,
        retry_s: float = 60.0,
    ) -> Iterator[PushResult]:
        """Writes rows without end over one call: each result is there when its rows are durable.

        Reading the results is what sends: rows are taken from `rows` (by a thread of its own) only
        while fewer than `in_flight` pushes are unanswered, so that memory stays bounded. What is
        not answered when a connection breaks or a server goes away is sent again and has one effect
        all the same. A wrong row is refused in its result; a push that is refused as a whole raises
        its error, and ends the stream.

        Args:
            view: Name of the feature view.
            rows: A table or a reader, or an iterable of rows or of batches of rows. Batches are
                pushed as they come, single rows are gathered to `batch_rows`.
            version: Version of the view; 0 is the latest.
            event_time_column: Where the event time of each row is.
            also_versions: As for `push`.
            wait: "online" waits until the rows can be read, too.
            request_id: The same rows in the same batches under the same id have one effect for 24
                h, also in another process; at most 48 characters. None: a new one.
            batch_rows: Rows of a push, at most.
            in_flight: Pushes that may be unanswered at a time, 1 to 64; the server takes up 8.
            retry_s: How long pushes are sent again while none is answered, seconds.

        Returns:
            One result for each push, in order; rows are counted through the whole stream.
        """
        target = PushTarget(
            view=view,
            version=version,
            also_versions=also_versions,
            event_time_column=event_time_column,
            wait=wait,
        )
        operation = begin_push_stream(
            self._context,
            target,
            request_id=request_id,
            batch_rows=batch_rows,
            in_flight=in_flight,
            retry_s=retry_s,
        )
        stream = self._transport.run(operation)
        timeout_s = self._context.options.timeouts.stream_s
        return PushStreamRun(self._transport, stream, rows, timeout_s).results()

    def delete(
        self,
        view: str,
        keys: Rows,
        *,
        version: int = 0,
        event_time_column: str = "event_timestamp",
        also_versions: Sequence[int] = (),
        wait: Wait = "durable",
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> PushResult:
        """Removes what is stored at or before an event time, and keeps history.

        `keys` have the join keys, and perhaps the event time; without one it is now. The other
        arguments are those of `push`.
        """
        target = PushTarget(
            view=view,
            version=version,
            also_versions=also_versions,
            event_time_column=event_time_column,
            wait=wait,
            is_delete=True,
        )
        operation = push(self._context, target, keys, request_id=request_id, timeout_s=timeout_s)
        return self._transport.run(operation)

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
        run = self._run(MATERIALIZE, request, f"materialize {view}", progress=progress)
        return run.result()

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
        label = f"materialize {view}"
        return self._run(MATERIALIZE_INCREMENTAL, request, label, progress=progress).result()

    def backfill(
        self,
        view: str,
        start: Instant,
        end: Instant,
        *,
        version: int = 0,
        chunk: timedelta | None = None,
        parallelism: int = 0,
        again: bool = False,
        progress: bool | None = None,
    ) -> Backfilled:
        """Runs a view over event times in [start, end) of its history, chunk by chunk.

        A backfill that was cut goes on where it was when it is asked for again. Rows that are
        pushed or stream in meanwhile are safe: an older value never takes the place of a newer one.

        Args:
            view: Name of the feature view; it must have a batch source.
            start: Start of the event times, included.
            end: End of the event times, excluded; not in the future.
            version: Version of the view; 0 is the latest.
            chunk: Length of a chunk. None: so that there are at most 100.
            parallelism: Chunks at a time, 1 to 8. 0: 2.
            again: Does chunks again that are done.
            progress: Whether to show a progress bar. None: as the client was made.
        """
        ask = Backfill(
            view=view,
            start=start,
            end=end,
            version=version,
            chunk=chunk,
            parallelism=parallelism,
            again=again,
        )
        request = ask.request(self._context)
        run = self._run(BACKFILL, request, f"backfill {view}", progress=progress)
        return run.backfilled()

    @property
    def quarantine(self) -> Quarantine:
        """Rows that were refused and kept: list, show, replay, drop."""
        return Quarantine(self._context, self._transport)

    def erase(
        self,
        entity: str,
        keys: Mapping[str, Any],
        *,
        reason: str = "",
        on_step: Callable[[str], object] | None = None,
    ) -> EraseReceipt:
        """Removes an entity from everything that Timewell holds, history included, for good.

        Where it is cut, erase again: it goes on under the same receipt. Source files, backups and
        what clients have written are out of reach. `verify_erased` shows before what would go.

        Args:
            entity: Name of the entity.
            keys: Every join key by name.
            reason: Why, for the receipt, which is kept; do not put names into it.
            on_step: Hears what is done now.
        """
        request = self._transport.run(erase_request(self._context, entity, keys, reason))
        run = EraseProgress(on_step)
        timeout_s = self._context.options.timeouts.stream_s
        for message in self._transport.server_stream(ERASE_ENTITY, request, timeout_s):
            run.take(message)
        return run.result()

    def verify_erased(self, entity: str, keys: Mapping[str, Any]) -> EntityTraces:
        """Looks for an entity everywhere that an erase removes it from, and removes nothing.

        After an erase `nothing_left` is true, and `receipts` has its receipt; before it `found`
        says what it would remove.
        """
        timeout_s = self._context.options.timeouts.stream_s
        return self._transport.run(find_entity(self._context, entity, keys, timeout_s))

    def _run(
        self, method: Method[Any, Any], request: Any, label: str, *, progress: bool | None
    ) -> MaterializeProgress:
        options = self._context.options
        wanted = options.progress if progress is None else progress
        with progress_bar(label, wanted=wanted) as bar:
            run = MaterializeProgress(bar)
            for message in self._transport.server_stream(
                method, request, options.timeouts.stream_s
            ):
                run.take(message)
            return run
