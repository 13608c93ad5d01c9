"""A call that an operation wants made, and the operation that waits for its answer."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from timewell._rpc.method import Method, Request, Response

Result = TypeVar("Result")
Operation = Generator["Call[Any, Any]", Any, Result]
"""Logic without transport: it yields calls, gets their answers, and returns a result.

Both clients run the same operations, one over grpc and one over grpc.aio.
"""


@dataclass(frozen=True)
class Call(Generic[Request, Response]):
    """A call with a single answer."""

    method: Method[Request, Response]
    request: Request
    timeout_s: float


def call(
    method: Method[Request, Response], request: Request, timeout_s: float
) -> Operation[Response]:
    """Makes a call from inside an operation, which takes its answer by `yield from`."""
    answer: Response = yield Call(method, request, timeout_s)
    return answer
