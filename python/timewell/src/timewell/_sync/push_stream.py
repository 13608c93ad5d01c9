"""A stream of pushes over grpc."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import closing

from timewell._contracts.ingestion.v1 import ingestion_pb2
from timewell._operations.push_stream import PushStream
from timewell._rpc.methods import PUSH_STREAM
from timewell._rpc.transport import Transport
from timewell._values.rows import Rows
from timewell.errors import TimewellError
from timewell.push_result import PushResult


class PushStreamRun:
    """Sends rows that a thread of its own takes from the caller, and gives the results."""

    def __init__(
        self, transport: Transport, stream: PushStream, rows: Rows, timeout_s: float
    ) -> None:
        self._transport = transport
        self._stream = stream
        self._rows = rows
        self._timeout_s = timeout_s
        self._changed = threading.Condition()
        self._calls = 0
        self._is_over = False

    def results(self) -> Generator[PushResult, None, None]:
        """One for each push, in order."""
        threading.Thread(target=self._feed, name="timewell-push", daemon=True).start()
        try:
            while not self._stream.is_done:
                try:
                    with closing(self._call()) as results:
                        yield from results
                except TimewellError as error:
                    with self._changed:
                        pause_s = self._stream.pause_s(error)
                    time.sleep(pause_s)
            self._stream.finish()
        finally:
            with self._changed:
                self._is_over = True
                self._changed.notify_all()

    def _call(self) -> Generator[PushResult, None, None]:
        with self._changed:
            self._calls += 1
            self._stream.begin_call()
            self._changed.notify_all()
        requests = self._requests(self._calls)
        answers = self._transport.duplex_stream(PUSH_STREAM, requests, self._timeout_s)
        with closing(answers):
            for answer in answers:
                with self._changed:
                    ready = list(self._stream.take(answer))
                    self._changed.notify_all()
                yield from ready
                self._stream.check()
        self._stream.finish_call()

    def _requests(self, call: int) -> Generator[ingestion_pb2.PushStreamRequest, None, None]:
        while True:
            with self._changed:
                message = None
                while message is None:
                    if self._calls != call or self._is_over or self._stream.is_done:
                        return
                    message = self._stream.next_unsent()
                    if message is None:
                        self._changed.wait()
            yield message

    def _feed(self) -> None:
        problem: BaseException | None = None
        try:
            for part in self._stream.feed.of_rows(self._rows):
                with self._changed:
                    self._changed.wait_for(lambda: self._is_over or self._stream.has_room)
                    if self._is_over:
                        return
                    self._stream.add(part)
                    self._changed.notify_all()
        except BaseException as error:  # noqa: BLE001 - raised where results are read
            problem = error
        with self._changed:
            self._stream.end(problem)
            self._changed.notify_all()
