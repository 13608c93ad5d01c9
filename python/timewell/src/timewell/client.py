"""The client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType

from timewell._operations.context import Context
from timewell._operations.get_online_features import OnlineRead, get_online_features
from timewell._operations.selection import selection
from timewell._rpc.method import ServiceName
from timewell._rpc.transport import Transport
from timewell._values.instant import Instant
from timewell._values.rows import Rows
from timewell.client_options import Timeouts, client_options
from timewell.online_features import OnlineFeatures
from timewell.tls import Tls


class Client:
    """A client of one project.

    `url` is one address for all services: without a port that of a host on which each has its
    default port (7401 to
    7404), with one that of a gateway. Addresses of single services go before it. What is not given
    comes from the
    environment, as for the command line (TIMEWELL_URL, TIMEWELL_SERVING, TIMEWELL_PROJECT,
    TIMEWELL_TOKEN, …), else
    it is a server on this machine.

    Connections are made with the first calls. Calls that only read are sent again where a server is
    not there for a
    moment. Every failure is a TimewellError. Threads may share a client.

        with Client("http://127.0.0.1", project="flights") as client:
            answer = client.get_online_features(service="delay_v1", rows=[{"origin": "SEA"}])
    """

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
        """`progress`: whether to show progress bars.

        None: in terminals and notebooks, where tqdm is installed.
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
        self._transport = Transport(options)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connections; calls under way fail."""
        self._transport.close()

    @property
    def project(self) -> str:
        """The project that calls are about."""
        return self._context.project

    def get_online_features(
        self,
        *,
        rows: Rows,
        service: str | None = None,
        features: Sequence[str] | None = None,
        request_data: Rows | None = None,
        as_of: Instant | None = None,
        max_age: timedelta | None = None,
        include_times: bool = False,
        allow_partial: bool = False,
        timeout_s: float | None = None,
    ) -> OnlineFeatures:
        """Reads the latest features of entities, in the order of `rows`.

        `rows` have join keys and request data by name; request data may come apart, one row for
        each. `as_of`: answer
        as of that instant instead of now. `max_age`: older rows are EXPIRED. `include_times`: event
        times and available
        times, too. `allow_partial`: what the store does not answer in time is UNAVAILABLE, and the
        call does not fail.
        """
        read = OnlineRead(
            selection(service, features),
            rows,
            request_data,
            as_of,
            max_age,
            include_times,
            allow_partial,
            timeout_s,
        )
        return self._transport.run(get_online_features(self._context, read))
