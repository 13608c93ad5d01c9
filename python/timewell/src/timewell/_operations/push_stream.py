"""A stream of pushes that goes on after cuts, without the calls themselves."""

from __future__ import annotations

import random
import time
import uuid
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from timewell._contracts.ingestion.v1 import ingestion_pb2
from timewell._operations.context import Context
from timewell._operations.push_rows import (
    PushTarget,
    RowEncoder,
    push_outcomes,
    request_parts,
    row_encoder,
)
from timewell._rpc.call import Operation
from timewell._rpc.error_of_kind import error_of_kind
from timewell._values.rows import Rows, arrow_table, is_table, plain_rows
from timewell.errors import InvalidRequestError, TimewellError, UnavailableError
from timewell.push_result import PushResult

_PAUSE_FIRST_S = 0.05
_PAUSE_MAX_S = 2.0
# What another try may be spared.
_PASSING = {
    "STORE_UNAVAILABLE",
    "REGISTRY_UNAVAILABLE",
    "SHUTTING_DOWN",
    "OVERLOADED",
    "DEADLINE_EXCEEDED",
}

Part = list[ingestion_pb2.PushRow]
"""The rows of one push."""


class PushFeed:
    """Cuts what a caller brings into pushes. Both clients drive it, and only one thread at a time.

    A batch is a push, or several where it is too long; single rows are gathered.
    """

    def __init__(self, encoder: RowEncoder, batch_rows: int) -> None:
        self._encoder = encoder
        self._batch_rows = batch_rows
        self._gathered: Part = []
        self._rows = 0

    def of_rows(self, rows: Rows) -> Iterator[Part]:
        """All of a table, a reader, a dict of lists, or an iterable of rows or batches."""
        if isinstance(rows, Mapping):
            yield from self.of_item(plain_rows(rows, "rows"))
        elif is_table(rows) and not isinstance(rows, pa.RecordBatchReader):
            yield from self.of_item(rows)
        elif isinstance(rows, Iterable) and not isinstance(rows, (str, bytes)):
            for item in rows:
                yield from self.of_item(item)
            yield from self.rest()
        else:
            # It says what is expected.
            plain_rows(rows, "rows")

    def of_item(self, item: Any) -> Iterator[Part]:
        """A row, or a batch of them; what was gathered before a batch goes first."""
        if isinstance(item, Mapping):
            self._gathered.append(self._message(item))
            if len(self._gathered) >= self._batch_rows:
                yield from self.rest()
            return
        yield from self.rest()
        if not is_table(item):
            rows = (self._message(row) for row in plain_rows(item, "rows"))
            yield from request_parts(rows, self._batch_rows)
            return
        table = arrow_table(item, "rows")
        for start in range(0, table.num_rows, self._batch_rows):
            piece = table.slice(start, self._batch_rows).to_pylist()
            yield from request_parts(self._message(row) for row in piece)

    def rest(self) -> Iterator[Part]:
        """The single rows that were not sent yet."""
        gathered, self._gathered = self._gathered, []
        yield from request_parts(gathered)

    def _message(self, row: Mapping[str, Any]) -> ingestion_pb2.PushRow:
        self._rows += 1
        return self._encoder.message(row, self._rows - 1)


class PushStream:
    """Where a stream stands. Both clients drive it, under a lock of theirs.

    They add pushes while there is room, send what is unsent, and hand over each answer. What is not
    answered when a call breaks is sent again under the same request id, and has one effect.
    """

    def __init__(
        self,
        head: ingestion_pb2.PushRequest,
        feed: PushFeed,
        base_id: str,
        in_flight: int,
        retry_s: float,
    ) -> None:
        """Clients get it of `begin_push_stream`."""
        self.feed = feed
        self._head = head
        self._base_id = base_id
        self._in_flight = in_flight
        self._retry_s = retry_s
        self._pending: dict[int, ingestion_pb2.PushStreamRequest] = {}
        self._unsent: deque[ingestion_pb2.PushStreamRequest] = deque()
        self._answered: dict[int, ingestion_pb2.PushResponse | TimewellError] = {}
        self._added = self._taken = self._rows = 0
        self._is_fed = False
        self._feed_error: BaseException | None = None
        self._refusal: TimewellError | None = None
        self._failures = 0
        self._failing_since_s: float | None = None

    @property
    def has_room(self) -> bool:
        """True where another push may be added."""
        return self._added - self._taken < self._in_flight

    @property
    def is_done(self) -> bool:
        """True where nothing more comes and everything is answered."""
        return self._is_fed and self._taken == self._added

    def add(self, rows: Part) -> None:
        """Adds one push."""
        if not self._pending:
            self._failing_since_s = None
        message = ingestion_pb2.PushStreamRequest(sequence=self._added, push=self._head)
        message.push.rows.extend(rows)
        message.push.request_id = f"{self._base_id}-{self._added}"
        self._pending[self._added] = message
        self._unsent.append(message)
        self._added += 1

    def end(self, error: BaseException | None) -> None:
        """Nothing more comes; `error` is what kept the rows from being read to their end."""
        self._is_fed = True
        self._feed_error = error

    def begin_call(self) -> None:
        """Another call is opened: everything that is not answered has to be sent over it."""
        self._unsent = deque(self._pending.values())

    def next_unsent(self) -> ingestion_pb2.PushStreamRequest | None:
        """What to send next; None where there is nothing now."""
        return self._unsent.popleft() if self._unsent else None

    def take(self, answer: ingestion_pb2.PushStreamResponse) -> list[PushResult]:
        """Takes an answer; gives the results that are next, in the order of the pushes.

        Raises where the push may be tried again: the call is ended then, and another one opened.
        """
        message = self._pending.get(answer.sequence)
        if message is not None:
            outcome: ingestion_pb2.PushResponse | TimewellError = answer.response
            if answer.WhichOneof("outcome") != "response":
                error = answer.error
                outcome = error_of_kind(error.kind or "INTERNAL", error.message)
                if outcome.kind in _PASSING:
                    raise outcome
            self._answered[answer.sequence] = outcome
            del self._pending[answer.sequence]
            self._failures = 0
            self._failing_since_s = None
        return list(self._ready())

    def check(self) -> None:
        """Raises why the next push was refused as a whole."""
        if self._refusal is not None:
            raise self._refusal

    def pause_s(self, error: TimewellError) -> float:
        """How long to wait before the next call, seconds. Raises what another one cannot mend."""
        now_s = time.monotonic()
        if self._failing_since_s is None:
            self._failing_since_s = now_s
        is_over = self._pending and now_s - self._failing_since_s > self._retry_s
        if error.kind not in _PASSING or is_over:
            raise error
        pause_s: float = min(_PAUSE_MAX_S, _PAUSE_FIRST_S * 2 ** min(self._failures, 10))
        self._failures += 1
        return pause_s * random.uniform(0.5, 1.0)  # noqa: S311 - no secret

    def finish_call(self) -> None:
        """The server has ended the call: an error where it had more to answer."""
        if not self.is_done:
            raise UnavailableError(
                "STORE_UNAVAILABLE",
                "Cannot push: the server ended the stream before its last answer",
                hint="Push the same rows again under the same request_id.",
            )

    def finish(self) -> None:
        """Raises why the caller's rows were not read to their end."""
        if self._feed_error is not None:
            raise self._feed_error

    def _ready(self) -> Iterator[PushResult]:
        while self._taken in self._answered:
            outcome = self._answered.pop(self._taken)
            if isinstance(outcome, TimewellError):
                self._refusal = outcome
                return
            request_id = f"{self._base_id}-{self._taken}"
            outcomes = push_outcomes(outcome, self._rows)
            self._taken += 1
            self._rows += len(outcomes)
            yield PushResult(outcomes, request_id)


def begin_push_stream(
    context: Context,
    target: PushTarget,
    *,
    request_id: str | None,
    batch_rows: int,
    in_flight: int,
    retry_s: float,
) -> Operation[PushStream]:
    """Gets a stream ready; nothing is sent yet. NotFoundError for unknown views."""
    for name, number, at_most in (("batch_rows", batch_rows, 10_000), ("in_flight", in_flight, 64)):
        if not 1 <= number <= at_most:
            raise InvalidRequestError(
                "INVALID_REQUEST",
                f"Cannot use {name}: got {number!r}",
                field=name,
                hint=f"Use 1 to {at_most}.",
            )
    head = target.request(context.project)
    encoder = yield from row_encoder(context, target)
    feed = PushFeed(encoder, batch_rows)
    return PushStream(head, feed, request_id or uuid.uuid4().hex, in_flight, retry_s)
