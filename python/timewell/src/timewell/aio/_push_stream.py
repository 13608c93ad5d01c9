"""A stream of pushes over grpc.aio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing

from timewell._contracts.ingestion.v1 import ingestion_pb2
from timewell._operations.push_stream import Part, PushStream
from timewell._rpc.aio_transport import AioTransport
from timewell._rpc.methods import PUSH_STREAM
from timewell._values.rows import Rows
from timewell.errors import TimewellError
from timewell.push_result import PushResult


class PushStreamRun:
    """Sends rows that a task of its own takes from the caller, and gives the results."""

    def __init__(
        self, transport: AioTransport, stream: PushStream, rows: Rows, timeout_s: float
    ) -> None:
        self._transport = transport
        self._stream = stream
        self._rows = rows
        self._timeout_s = timeout_s
        self._changed = asyncio.Condition()
        self._calls = 0

    async def results(self) -> AsyncGenerator[PushResult, None]:
        """One for each push, in order."""
        feeding = asyncio.create_task(self._feed())
        try:
            while not self._stream.is_done:
                try:
                    async with aclosing(self._call()) as results:
                        async for result in results:
                            yield result
                except TimewellError as error:
                    await asyncio.sleep(self._stream.pause_s(error))
            self._stream.finish()
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)

    async def _call(self) -> AsyncGenerator[PushResult, None]:
        async with self._changed:
            self._calls += 1
            self._stream.begin_call()
            self._changed.notify_all()
        requests = self._requests(self._calls)
        answers = self._transport.duplex_stream(PUSH_STREAM, requests, self._timeout_s)
        async with aclosing(answers):
            async for answer in answers:
                async with self._changed:
                    ready = list(self._stream.take(answer))
                    self._changed.notify_all()
                for result in ready:
                    yield result
                self._stream.check()
        self._stream.finish_call()

    async def _requests(self, call: int) -> AsyncGenerator[ingestion_pb2.PushStreamRequest, None]:
        while True:
            async with self._changed:
                message = None
                while message is None:
                    if self._calls != call or self._stream.is_done:
                        return
                    message = self._stream.next_unsent()
                    if message is None:
                        await self._changed.wait()
            yield message

    async def _feed(self) -> None:
        problem: BaseException | None = None
        try:
            async with aclosing(self._parts()) as parts:
                async for part in parts:
                    async with self._changed:
                        await self._changed.wait_for(lambda: self._stream.has_room)
                        self._stream.add(part)
                        self._changed.notify_all()
        except Exception as error:  # noqa: BLE001 - raised where results are read
            problem = error
        async with self._changed:
            self._stream.end(problem)
            self._changed.notify_all()

    async def _parts(self) -> AsyncGenerator[Part, None]:
        """Rows are read and encoded in threads, so that others have their turn meanwhile."""
        feed = self._stream.feed
        if not isinstance(self._rows, AsyncIterable):
            parts = feed.of_rows(self._rows)
            while (part := await asyncio.to_thread(next, parts, None)) is not None:
                yield part
            return
        async for item in self._rows:
            for part in await asyncio.to_thread(list, feed.of_item(item)):
                yield part
        for part in feed.rest():
            yield part
