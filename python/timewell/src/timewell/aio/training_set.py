"""Training sets for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from os import PathLike
from typing import TYPE_CHECKING

import pyarrow as pa

from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._labels.local_labels import LocalLabels
from timewell._rpc.aio_transport import AioTransport
from timewell._rpc.methods import GET_TRAINING_SET
from timewell._training.parquet_file import ParquetFile
from timewell._training.pin import Pin, PinHolder
from timewell._training.progress_bar import progress_bar
from timewell._training.score import Score
from timewell._training.training_set_base import TrainingSetBase
from timewell._training.training_stream import TrainingStream
from timewell.client_options import ClientOptions
from timewell.errors import TimewellError
from timewell.receipt import Receipt

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


class TrainingSet(TrainingSetBase):
    """Labels joined with history, read when one of its methods is awaited.

    It does what `timewell.TrainingSet` does; conversions of whole tables run in a thread.
    """

    def __init__(
        self,
        options: ClientOptions,
        transport: AioTransport,
        request: retrieval_pb2.GetTrainingSetRequest,
        labels: LocalLabels | None,
        holder: PinHolder | None = None,
        deciding: asyncio.Lock | None = None,
    ) -> None:
        """Clients make it."""
        super().__init__(options, request, labels, holder)
        self._transport = transport
        self._deciding = deciding or asyncio.Lock()

    async def id(self) -> str:
        """Names it for ever; asks the server where nothing was read yet."""
        return (await self._pinned()).training_set_id

    async def snapshot_id(self) -> str:
        """Names the state of the offline store that it reads; asks the server as `id` does."""
        return (await self._pinned()).snapshot_id

    async def rows(self) -> int:
        """Rows of the whole training set; asks the server as `id` does."""
        return (await self._pinned()).rows

    def to_batches(self, *, progress: bool | None = None) -> AsyncIterator[pa.RecordBatch]:
        """The rows in Arrow batches of at most 65,536, as they come, in bounded memory."""
        return self._read(self._stream(), progress=progress)

    async def to_arrow(self, *, progress: bool | None = None) -> pa.Table:
        """All rows as an Arrow table."""
        stream = self._stream()
        batches = [batch async for batch in self._read(stream, progress=progress)]
        return pa.Table.from_batches(batches, stream.schema)

    async def to_pandas(self, *, progress: bool | None = None) -> pd.DataFrame:
        """All rows as a pandas frame with a new index; docs/python.md maps the types."""
        return await asyncio.to_thread(self._pandas, await self.to_arrow(progress=progress))

    async def to_polars(self, *, progress: bool | None = None) -> pl.DataFrame:
        """All rows as a Polars frame."""
        return await asyncio.to_thread(self._polars, await self.to_arrow(progress=progress))

    async def to_parquet(
        self, path: str | PathLike[str], *, progress: bool | None = None
    ) -> Receipt:
        """Writes all rows to a Parquet file, batch by batch, and returns the receipt.

        The file appears whole or not at all.
        """
        stream = self._stream()
        with ParquetFile(path) as file:
            async for batch in self._read(stream, progress=progress):
                await asyncio.to_thread(file.write, batch)
            file.finish(stream.schema)
        return self.receipt

    async def score(self, score: Score) -> pd.DataFrame:
        """Predicts batch by batch; see `Client.score_batch`."""
        stream = self._stream()
        async for batch in self._read(stream, progress=None):
            await asyncio.to_thread(score.add, batch)
        return score.result(stream.schema)

    async def _read(
        self, stream: TrainingStream, *, progress: bool | None
    ) -> AsyncGenerator[pa.RecordBatch, None]:
        wanted = self._options.progress if progress is None else progress
        with progress_bar("training set", wanted=wanted) as bar:
            async with aclosing(self._batches(stream)) as batches:
                async for batch in batches:
                    if bar.total is None:
                        bar.total = stream.rows_expected
                        bar.refresh()
                    bar.update(batch.num_rows)
                    yield batch
        self._receipt = stream.receipt

    async def _batches(self, stream: TrainingStream) -> AsyncGenerator[pa.RecordBatch, None]:
        while True:
            try:
                async with aclosing(self._call(stream)) as parts:
                    async for batch in parts:
                        if batch is not None:
                            yield batch
                stream.finish()
            except TimewellError as error:
                await asyncio.sleep(stream.pause_s(error))
            else:
                return

    async def _call(self, stream: TrainingStream) -> AsyncGenerator[pa.RecordBatch | None, None]:
        is_deciding = self._pin is None and await self._deciding.acquire()
        try:
            timeout_s = self._options.timeouts.stream_s
            messages = _messages(stream.messages())
            calls = self._transport.duplex_stream(GET_TRAINING_SET, messages, timeout_s)
            async with aclosing(calls) as parts:
                async for part in parts:
                    batch = stream.take(part)
                    if is_deciding and self._pin is not None:
                        self._deciding.release()
                        is_deciding = False
                    yield batch
        finally:
            if is_deciding:
                self._deciding.release()

    async def _pinned(self) -> Pin:
        stream = self._stream()
        while self._pin is None:
            try:
                async with aclosing(self._call(stream)) as parts:
                    async for _ in parts:
                        if self._pin is not None:
                            return self._pin
                stream.finish()
            except TimewellError as error:
                await asyncio.sleep(stream.pause_s(error))
        return self._pin

    def _with_request(self, request: retrieval_pb2.GetTrainingSetRequest) -> TrainingSet:
        return TrainingSet(
            self._options, self._transport, request, self._labels, self._holder, self._deciding
        )


async def _messages(
    messages: Iterator[retrieval_pb2.GetTrainingSetRequest],
) -> AsyncIterator[retrieval_pb2.GetTrainingSetRequest]:
    """Labels are read from files, so that others have their turn meanwhile."""
    while True:
        message = await asyncio.to_thread(next, messages, None)
        if message is None:
            return
        yield message
