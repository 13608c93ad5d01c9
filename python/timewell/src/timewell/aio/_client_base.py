"""The connections of a client for asyncio."""

from __future__ import annotations

from types import TracebackType
from typing import TypeVar

from timewell._operations.context import Context
from timewell._rpc.aio_transport import AioTransport
from timewell._rpc.method import ServiceName
from timewell.client_options import Timeouts, client_options
from timewell.tls import Tls

Self = TypeVar("Self", bound="ClientBase")


class ClientBase:
    """Where the services are, and how to end the connections to them."""

    def __init__(
        self,
        url: str | None = None,
        *,
        project: str | None = None,
        token: str | None = None,
        tls: Tls | None = None,
        timeouts: Timeouts | None = None,
        progress: bool | None = None,
        registry_url: str | None = None,
        serving_url: str | None = None,
        retrieval_url: str | None = None,
        ingestion_url: str | None = None,
    ) -> None:
        """Makes a client; nothing is connected yet.

        Args:
            url: One address for all services. Without a port: a host on which each service has its
                default port, 7401 to 7404. With a port: a gateway.
            project: Name of the project.
            token: Sent with every call.
            tls: Certificates for `https:` addresses.
            timeouts: How long calls may take that do not name their own timeout.
            progress: Whether to show progress bars. None: in terminals and notebooks.
            registry_url: Address of FeatureRegistry; like the next three it goes before `url`.
            serving_url: Address of OnlineServing.
            retrieval_url: Address of OfflineRetrieval.
            ingestion_url: Address of Ingestion.

        Raises:
            InvalidRequestError: INVALID_CONFIG for an address that is no URL, or a TLS file that
                cannot be read.
        """
        service_urls: dict[ServiceName, str | None] = {
            "registry": registry_url,
            "serving": serving_url,
            "retrieval": retrieval_url,
            "ingestion": ingestion_url,
        }
        options = client_options(
            url,
            service_urls,
            project=project,
            token=token,
            tls=tls,
            timeouts=timeouts,
            progress=progress,
        )
        self._context = Context(options)
        self._transport = AioTransport(options)

    async def __aenter__(self: Self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the connections; calls under way fail, later ones make new connections."""
        await self._transport.close()

    @property
    def project(self) -> str:
        """The project that calls are about."""
        return self._context.project
