"""Calls over grpc.aio."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import grpc
import grpc.aio

from timewell._rpc.call import Call, Operation, Result
from timewell._rpc.channel_options import CHANNEL_OPTIONS
from timewell._rpc.from_rpc_error import from_rpc_error
from timewell._rpc.method import Method, Request, Response
from timewell._rpc.target import credentials, metadata, target
from timewell.client_options import ClientOptions
from timewell.errors import TimewellError


class AioTransport:
    """Makes calls in the event loop that runs; connections are made with the first ones."""

    def __init__(self, options: ClientOptions) -> None:
        self._options = options
        self._channels: dict[str, grpc.aio.Channel] = {}

    async def run(self, operation: Operation[Result]) -> Result:
        """Runs an operation to its end."""
        try:
            step = next(operation)
            while True:
                try:
                    answer = await self._unary(step)
                except TimewellError as error:
                    step = operation.throw(error)
                else:
                    step = operation.send(answer)
        except StopIteration as done:
            result: Result = done.value
            return result

    def server_stream(
        self, method: Method[Request, Response], request: Request, timeout_s: float
    ) -> AsyncGenerator[Response, None]:
        """The answers to one request, as they come."""
        stream = self._channel(method).unary_stream(method.path, method.encode, method.decode)
        return _answers(method, stream(request, timeout=timeout_s, metadata=self._metadata()))

    def duplex_stream(
        self, method: Method[Request, Response], requests: AsyncIterator[Request], timeout_s: float
    ) -> AsyncGenerator[Response, None]:
        """The answers to several requests; those are taken as the server reads them."""
        stream = self._channel(method).stream_stream(method.path, method.encode, method.decode)
        return _answers(method, stream(requests, timeout=timeout_s, metadata=self._metadata()))

    async def close(self) -> None:
        """Ends the connections; calls under way fail."""
        channels, self._channels = self._channels, {}
        for channel in channels.values():
            await channel.close()

    async def _unary(self, call: Call[Any, Any]) -> Any:
        method = call.method
        unary = self._channel(method).unary_unary(method.path, method.encode, method.decode)
        try:
            return await unary(call.request, timeout=call.timeout_s, metadata=self._metadata())
        except grpc.aio.AioRpcError as error:
            raise _translated(error, method) from error

    def _metadata(self) -> tuple[tuple[str, str | bytes], ...]:
        return metadata(self._options.token)

    def _channel(self, method: Method[Any, Any]) -> grpc.aio.Channel:
        url = self._options.urls[method.service]
        channel = self._channels.get(url)
        if channel is None:
            channel = self._channels[url] = self._connect(url)
        return channel

    def _connect(self, url: str) -> grpc.aio.Channel:
        address, is_secure = target(url)
        if is_secure:
            secure = credentials(self._options.tls)
            return grpc.aio.secure_channel(address, secure, options=CHANNEL_OPTIONS)
        return grpc.aio.insecure_channel(address, options=CHANNEL_OPTIONS)


async def _answers(
    method: Method[Any, Response],
    stream: Any,
) -> AsyncGenerator[Response, None]:
    try:
        async for answer in stream:
            yield answer
    except grpc.aio.AioRpcError as error:
        raise _translated(error, method) from error
    finally:
        # Where the reader has gone away the server has to hear of it.
        stream.cancel()


def _translated(error: grpc.aio.AioRpcError, method: Method[Any, Any]) -> TimewellError:
    trailers = error.trailing_metadata() or ()
    return from_rpc_error(error.code(), error.details() or "", trailers, method.short_service)
