"""A method of one of the four services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

ServiceName = Literal["registry", "serving", "retrieval", "ingestion"]


class Message(Protocol):
    """What can be sent."""

    def SerializeToString(self) -> bytes:  # noqa: N802
        """The bytes on the wire."""
        ...


Request = TypeVar("Request", bound=Message)
Response = TypeVar("Response")


@dataclass(frozen=True)
class Method(Generic[Request, Response]):
    """How to call one method."""

    service: ServiceName
    """Which server has it."""
    full_service: str
    """For example `timewell.serving.v1.OnlineServing`."""
    name: str
    """For example `GetOnlineFeatures`."""
    encode: Callable[[Request], bytes]
    decode: Callable[[bytes], Response]
    is_repeatable: bool = False
    """True where the same request may be sent again without another effect."""

    @property
    def path(self) -> str:
        """As it is on the wire."""
        return f"/{self.full_service}/{self.name}"

    @property
    def short_service(self) -> str:
        """For example `OnlineServing`."""
        return self.full_service.rpartition(".")[2]
