"""Calls over grpc."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Iterable
from typing import Any

import grpc

from timewell._rpc.call import Call, Operation, Result
from timewell._rpc.channel_options import CHANNEL_OPTIONS
from timewell._rpc.from_rpc_error import from_rpc_error
from timewell._rpc.method import Method, Request, Response
from timewell._rpc.target import credentials, metadata, target
from timewell.client_options import ClientOptions
from timewell.errors import TimewellError


class Transport:
    """Makes calls; connections are made with the first ones. Threads may share it."""

    def __init__(self, options: ClientOptions) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._channels: dict[str, grpc.Channel] = {}
        self._pid = os.getpid()

    def run(self, operation: Operation[Result]) -> Result:
        """Runs an operation to its end."""
        try:
            step = next(operation)
            while True:
                try:
                    answer = self._unary(step)
                except TimewellError as error:
                    step = operation.throw(error)
                else:
                    step = operation.send(answer)
        except StopIteration as done:
            result: Result = done.value
            return result

    def server_stream(
        self, method: Method[Request, Response], request: Request, timeout_s: float
    ) -> Generator[Response, None, None]:
        """The answers to one request, as they come."""
        stream = self._channel(method).unary_stream(method.path, method.encode, method.decode)
        return _answers(method, stream(request, timeout=timeout_s, metadata=self._metadata()))

    def duplex_stream(
        self, method: Method[Request, Response], requests: Iterable[Request], timeout_s: float
    ) -> Generator[Response, None, None]:
        """The answers to several requests; those are taken as the server reads them."""
        stream = self._channel(method).stream_stream(method.path, method.encode, method.decode)
        return _answers(
            method, stream(iter(requests), timeout=timeout_s, metadata=self._metadata())
        )

    def close(self) -> None:
        """Ends the connections; calls under way fail."""
        with self._lock:
            channels, self._channels = self._channels, {}
            if self._pid == os.getpid():
                for channel in channels.values():
                    channel.close()

    def _unary(self, call: Call[Any, Any]) -> Any:
        method = call.method
        unary = self._channel(method).unary_unary(method.path, method.encode, method.decode)
        try:
            return unary(call.request, timeout=call.timeout_s, metadata=self._metadata())
        except grpc.RpcError as error:
            raise _translated(error, method) from error

    def _metadata(self) -> tuple[tuple[str, str | bytes], ...]:
        return metadata(self._options.token)

    def _channel(self, method: Method[Any, Any]) -> grpc.Channel:
        url = self._options.urls[method.service]
        with self._lock:
            if self._pid != os.getpid():
                # Connections of the parent of a fork are of no use here.
                self._channels, self._pid = {}, os.getpid()
            channel = self._channels.get(url)
            if channel is None:
                channel = self._channels[url] = self._connect(url)
            return channel

    def _connect(self, url: str) -> grpc.Channel:
        address, is_secure = target(url)
        if is_secure:
            secure = credentials(self._options.tls)
            return grpc.secure_channel(address, secure, options=CHANNEL_OPTIONS)
        return grpc.insecure_channel(address, options=CHANNEL_OPTIONS)


def _answers(method: Method[Any, Response], stream: Any) -> Generator[Response, None, None]:
    try:
        yield from stream
    except grpc.RpcError as error:
        raise _translated(error, method) from error
    finally:
        # Where the reader has gone away the server has to hear of it.
        stream.cancel()


def _translated(error: grpc.RpcError, method: Method[Any, Any]) -> TimewellError:
    call: Any = error
    trailers = call.trailing_metadata() or ()
    return from_rpc_error(call.code(), call.details() or "", trailers, method.short_service)
