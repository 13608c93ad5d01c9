"""Training sets."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from os import PathLike
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._labels.local_labels import LocalLabels
from timewell._rpc.methods import GET_TRAINING_SET
from timewell._rpc.transport import Transport
from timewell._training.parquet_file import ParquetFile
from timewell._training.pin import Pin, PinHolder
from timewell._training.progress_bar import progress_bar
from timewell._training.score import Score
from timewell._training.training_set_base import TrainingSetBase
from timewell._training.training_stream import TrainingStream
from timewell._values.require_module import require_module
from timewell.client_options import ClientOptions
from timewell.dataset import Dataset
from timewell.errors import TimewellError
from timewell.receipt import Receipt

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


class TrainingSet(TrainingSetBase):
    """Labels joined with history, read when one of its methods is called.

    The stream goes on by itself after a cut, and what came is checked against the digest that the
    server names. It may be pickled and read in another process.
    """

    def __init__(
        self,
        options: ClientOptions,
        transport: Transport,
        request: retrieval_pb2.GetTrainingSetRequest,
        labels: LocalLabels | None,
        holder: PinHolder | None = None,
    ) -> None:
        """Clients make it."""
        super().__init__(options, request, labels, holder)
        self._transport = transport

    @property
    def id(self) -> str:
        """Names it for ever: the same labels, features, modes and snapshot have the same id.

        Asks the server where nothing was read yet.
        """
        return self._pinned().training_set_id

    @property
    def snapshot_id(self) -> str:
        """Names the state of the offline store that it reads; asks the server as `id` does."""
        return self._pinned().snapshot_id

    @property
    def rows(self) -> int:
        """Rows of the whole training set; asks the server as `id` does."""
        return self._pinned().rows

    def to_batches(self, *, progress: bool | None = None) -> Iterator[pa.RecordBatch]:
        """The rows in Arrow batches of at most 65,536, as they come.

        A reader that stops makes the server stop; memory is bounded whatever the number of rows.
        """
        return self._read(self._stream(), progress=progress)

    def to_reader(self, *, progress: bool | None = None) -> pa.RecordBatchReader:
        """Likewise as a reader, for all that takes one, for example DuckDB."""
        stream = self._stream()
        batches = self._read(stream, progress=progress)
        first = list(islice(batches, 1))
        return pa.RecordBatchReader.from_batches(stream.schema, chain(first, batches))

    def to_arrow(self, *, progress: bool | None = None) -> pa.Table:
        """All rows as an Arrow table."""
        stream = self._stream()
        batches = list(self._read(stream, progress=progress))
        return pa.Table.from_batches(batches, stream.schema)

    def to_pandas(self, *, progress: bool | None = None) -> pd.DataFrame:
        """All rows as a pandas frame with a new index; docs/python.md maps the types."""
        return self._pandas(self.to_arrow(progress=progress))

    def to_polars(self, *, progress: bool | None = None) -> pl.DataFrame:
        """All rows as a Polars frame."""
        return self._polars(self.to_arrow(progress=progress))

    def to_parquet(self, path: str | PathLike[str], *, progress: bool | None = None) -> Receipt:
        """Writes all rows to a Parquet file, batch by batch, and returns the receipt.

        The file appears whole or not at all.
        """
        stream = self._stream()
        with ParquetFile(path) as file:
            for batch in self._read(stream, progress=progress):
                file.write(batch)
            file.finish(stream.schema)
        return self.receipt

    def dataset(
        self,
        shard: int = 0,
        shards: int = 1,
        *,
        batch_rows: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> Dataset:
        """Batches of NumPy arrays of one shard, to be iterated again and again.

        The workers of a PyTorch loader divide the shard among them. Fixes the training set now.

        Args:
            shard: Which of `shards` parts of the rows, from 0.
            shards: How many parts there are, for example one for each process that trains.
            batch_rows: Rows of a batch. None: as they come, at most 65,536.
            columns: Columns of a batch. None: all.
        """
        return Dataset(self, shard=shard, shards=shards, batch_rows=batch_rows, columns=columns)

    def to_torch(
        self,
        shard: int = 0,
        shards: int = 1,
        *,
        batch_rows: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> Any:
        """The same as a torch.utils.data.IterableDataset that gives dicts of tensors.

        Give it to a loader with `batch_size=None`: batches are made here. ImportError where PyTorch
        is not installed.
        """
        require_module("torch", "all")
        from timewell._training.torch_dataset import TorchDataset, tensor

        inner = Dataset(
            self,
            shard=shard,
            shards=shards,
            batch_rows=batch_rows,
            columns=columns,
            convert=tensor,
        )
        return TorchDataset(inner)

    def score(self, score: Score) -> pd.DataFrame:
        """Predicts batch by batch; see `Client.score_batch`."""
        stream = self._stream()
        for batch in self._read(stream, progress=None):
            score.add(batch)
        return score.result(stream.schema)

    def _read(self, stream: TrainingStream, *, progress: bool | None) -> Iterator[pa.RecordBatch]:
        """All batches, with a bar, and the receipt at the end."""
        wanted = self._options.progress if progress is None else progress
        with progress_bar("training set", wanted=wanted) as bar:
            for batch in self._batches(stream):
                if bar.total is None:
                    bar.total = stream.rows_expected
                    bar.refresh()
                bar.update(batch.num_rows)
                yield batch
        self._receipt = stream.receipt

    def _batches(self, stream: TrainingStream) -> Iterator[pa.RecordBatch]:
        """Drives a stream to its end, over as many calls as it takes."""
        while True:
            try:
                with closing(self._call(stream)) as parts:
                    yield from (batch for batch in parts if batch is not None)
                stream.finish()
            except TimewellError as error:
                time.sleep(stream.pause_s(error))
            else:
                return

    def _call(self, stream: TrainingStream) -> Generator[pa.RecordBatch | None, None, None]:
        """One call: a batch, or None for each part that ends none."""
        lock = self._holder.lock
        is_deciding = self._pin is None and lock.acquire()
        try:
            timeout_s = self._options.timeouts.stream_s
            calls = self._transport.duplex_stream(GET_TRAINING_SET, stream.messages(), timeout_s)
            with closing(calls) as parts:
                for part in parts:
                    batch = stream.take(part)
                    if is_deciding and self._pin is not None:
                        lock.release()
                        is_deciding = False
                    yield batch
        finally:
            if is_deciding:
                lock.release()

    def _pinned(self) -> Pin:
        """What it is made of; asks the server where no stream has begun yet."""
        stream = self._stream()
        while self._pin is None:
            try:
                with closing(self._call(stream)) as parts:
                    for _ in parts:
                        if self._pin is not None:
                            return self._pin
                stream.finish()
            except TimewellError as error:
                time.sleep(stream.pause_s(error))
        return self._pin

    def _with_request(self, request: retrieval_pb2.GetTrainingSetRequest) -> TrainingSet:
        return TrainingSet(self._options, self._transport, request, self._labels, self._holder)

    def __getstate__(self) -> dict[str, Any]:
        pin = self._pinned()
        request = retrieval_pb2.GetTrainingSetRequest()
        request.CopyFrom(self._request)
        if self._labels is not None:
            request.labels_digest = pin.labels_digest
        return {
            "options": self._options,
            "request": request.SerializeToString(),
            "pin": pin,
            "receipt": self._receipt,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        options: ClientOptions = state["options"]
        request = retrieval_pb2.GetTrainingSetRequest.FromString(state["request"])
        holder = PinHolder(state["pin"])
        super().__init__(options, request, None, holder, state["receipt"])
        self._transport = Transport(options)
