"""A stream of a training set that goes on after cuts, without the calls themselves."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pyarrow as pa

from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._labels.local_labels import LocalLabels
from timewell._rpc.training_part import TrainingPart
from timewell._training.batch_assembler import BatchAssembler
from timewell._training.pin import Pin, PinHolder
from timewell._training.stream_digest import StreamDigest
from timewell.errors import DataLossError, OverloadedError, TimewellError, UnavailableError
from timewell.receipt import Receipt, receipt_of

# Failures in a row, without a whole batch between them, that a stream lives through: 30 s or so.
_FAILURES_MAX = 12
_PAUSE_FIRST_S = 0.1
_PAUSE_MAX_S = 5.0
# What is worth another try: to be cut off, to be turned away, and to have read too slowly.
_RESUMABLE = (UnavailableError, OverloadedError)


class TrainingStream:
    """Where a stream stands. Both clients drive it: they send `messages`, and hand over each part.

    What was taken is never asked for again: after a cut the stream goes on from the token of the
    last whole batch.
    """

    def __init__(
        self,
        request: retrieval_pb2.GetTrainingSetRequest,
        labels: LocalLabels | None,
        holder: PinHolder,
    ) -> None:
        """`request` says everything but local labels; `holder` fixes snapshot and labels."""
        self._request = request
        self._labels = labels
        self._holder = holder
        self._sends_labels = labels is not None and holder.pin is None
        self._label_error: Exception | None = None
        self._token = b""
        self._next_ordinal: int | None = None
        self._failures = 0
        self._assembler = BatchAssembler()
        self._digest = StreamDigest()
        self.rows_expected = 0
        """Rows that the stream covers, once it has begun."""
        self.rows = 0
        """Rows of the batches so far."""
        self.receipt: Receipt | None = None
        """Known at the end."""

    @property
    def schema(self) -> pa.Schema:
        """The columns; known with the first batch, and at the end in any case."""
        return self._assembler.schema

    def messages(self) -> Iterator[retrieval_pb2.GetTrainingSetRequest]:
        """Begins another attempt: what to send in one call."""
        self._assembler.restart()
        first = retrieval_pb2.GetTrainingSetRequest()
        first.CopyFrom(self._request)
        pin = self._holder.pin
        if self._labels is not None:
            if self._sends_labels or pin is None:
                first.labels_follow = True
            else:
                first.labels_digest = pin.labels_digest
        if pin is not None and first.WhichOneof("selection") != "training_set_id":
            first.snapshot_id = pin.snapshot_id
        first.resume_token = self._token
        yield first
        if first.labels_follow and self._labels is not None:
            yield from self._label_messages(self._labels)

    def _label_messages(self, labels: LocalLabels) -> Iterator[retrieval_pb2.GetTrainingSetRequest]:
        try:
            for chunk in labels.chunks():
                yield retrieval_pb2.GetTrainingSetRequest(labels_chunk=chunk)
        except Exception as error:
            # gRPC tells a caller only that something went wrong here.
            self._label_error = error
            raise

    def take(self, part: TrainingPart) -> pa.RecordBatch | None:
        """Takes one part; answers a batch when it is whole. DATA_LOSS where parts do not fit."""
        if part.start is not None:
            self._begin(part.start)
        elif part.schema is not None:
            self._assembler.add_schema(part.schema)
        elif part.receipt is not None:
            self._end(part.receipt)
        elif part.batch is not None:
            self._assembler.add(part.batch)
        if part.batch_end is None:
            return None
        return self._end_batch(part.batch_end)

    def finish(self) -> None:
        """The server has ended the call: an error where the receipt is missing."""
        if self.receipt is None:
            raise UnavailableError(
                "STORE_UNAVAILABLE",
                "Cannot read the training set to its end: the stream ended without a receipt",
                hint="Ask for it again.",
            )

    def pause_s(self, error: TimewellError) -> float:
        """How long to wait before the next attempt, seconds.

        Raises what another one cannot mend.
        """
        if self._label_error is not None:
            raise self._label_error
        if error.kind == "LABELS_NOT_FOUND" and self._labels and not self._sends_labels:
            self._sends_labels = True
            return 0.0
        self._failures += 1
        if not isinstance(error, _RESUMABLE) or self._failures > _FAILURES_MAX:
            raise error
        pause_s: float = min(_PAUSE_MAX_S, _PAUSE_FIRST_S * 2 ** (self._failures - 1))
        return pause_s * random.uniform(0.5, 1.0)  # noqa: S311 - no secret

    def _begin(self, start: retrieval_pb2.TrainingSetStart) -> None:
        pin = Pin(start.training_set_id, start.snapshot_id, start.labels_digest, start.rows)
        if self._holder.pin is None:
            self._holder.pin = pin
        elif self._holder.pin != pin:
            raise _damaged(f"it became {pin.training_set_id}, before it was another one")
        # The server has the labels now.
        self._sends_labels = False
        if self._next_ordinal is None:
            self._next_ordinal = start.first_ordinal
            self.rows_expected = start.end_ordinal - start.first_ordinal
        if start.next_ordinal != self._next_ordinal:
            raise _damaged(f"it goes on at row {start.next_ordinal}, not at {self._next_ordinal}")

    def _end_batch(self, end: retrieval_pb2.BatchEnd) -> pa.RecordBatch:
        batch, message = self._assembler.finish()
        if end.first_ordinal != self._next_ordinal or end.rows != batch.num_rows:
            raise _damaged(f"a batch of {batch.num_rows} rows came out of order")
        self._digest.add(self._assembler.schema, message, batch.num_rows, end.digest)
        self._next_ordinal = end.first_ordinal + end.rows
        self._token = end.resume_token
        self._failures = 0
        self.rows += batch.num_rows
        return batch

    def _end(self, message: retrieval_pb2.Receipt) -> None:
        receipt = receipt_of(message)
        if receipt.rows != self.rows:
            raise _damaged(f"{self.rows} rows came, its receipt says {receipt.rows}")
        self._digest.check(self._assembler.schema, receipt)
        self.receipt = receipt


def _damaged(problem: str) -> DataLossError:
    return DataLossError(
        "DATA_LOSS", f"Cannot use the training set: {problem}", hint="Ask for it again."
    )
