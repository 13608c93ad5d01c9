# Written by `timewell gen`; do not edit, make it again.
# Feature service delay_v1 of project flights: revision 1, read from registry version 1.
# Make it again: timewell gen delay_v1 --project flights --lang python --out DIR
"""A client of the feature service delay_v1. It needs grpcio and protobuf."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Literal
from urllib.parse import urlsplit

import grpc
import grpc.aio

from .timewell.features.flights.delay_v1 import messages_pb2
from .timewell.types.v1 import log_position_pb2


@dataclass(frozen=True, kw_only=True)
class DelayV1Keys:
    """Whom to read for: join keys, and request data where the service has any."""

    origin: str
    destination: str


# The features of one entity. A view is there (HasField) where its status is PRESENT, a feature where it is not NULL.
DelayV1Row = messages_pb2.Row
# An answer: rows in the order of the request.
DelayV1Answer = messages_pb2.GetResponse
# A view or alias of the service.
DelayV1View = Literal["origin", "destination", "route_daily"]
# How the read of a view ended.
DelayV1Status = Literal["PRESENT", "NOT_FOUND", "EXPIRED", "UNAVAILABLE", "NEWER"]

_STATUSES: dict[int, DelayV1Status] = {
    0: "PRESENT",
    1: "PRESENT",
    2: "NOT_FOUND",
    3: "EXPIRED",
    4: "UNAVAILABLE",
    5: "NEWER",
}


def delay_v1_status(row: DelayV1Row, view: DelayV1View) -> DelayV1Status:
    """How the read of a view ended. A status that this client does not know counts as UNAVAILABLE."""
    return _STATUSES.get(getattr(row.states, view), "UNAVAILABLE")


_PATH = "/timewell.features.flights.DelayV1/Get"

_CHANNEL_OPTIONS: list[tuple[str, str | int]] = [
    (
        "grpc.service_config",
        json.dumps(
            {
                "loadBalancingConfig": [{"round_robin": {}}],
                "methodConfig": [
                    {
                        "name": [{"service": "timewell.features.flights.DelayV1"}],
                        "retryPolicy": {
                            "maxAttempts": 3,
                            "initialBackoff": "0.02s",
                            "maxBackoff": "0.2s",
                            "backoffMultiplier": 2,
                            "retryableStatusCodes": ["UNAVAILABLE"],
                        },
                    }
                ],
                # Every failure costs a token, every success earns a tenth; below half of them nothing is tried again.
                "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1},
            }
        ),
    ),
    ("grpc.service_config_disable_resolution", 1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.max_receive_message_length", 64 * 1024 * 1024),
]


def _target(url: str) -> tuple[str, bool]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"Cannot connect to {url}: write it like http://127.0.0.1:7402")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_tls = parts.scheme == "https"
    return f"dns:///{host}:{parts.port or (443 if is_tls else 80)}", is_tls


def _request(
    rows: Sequence[DelayV1Keys],
    *,
    as_of_us: int | None = None,
    max_age_ms: int | None = None,
    include_times: bool | None = None,
    allow_partial: bool | None = None,
    after: Sequence[log_position_pb2.LogPosition] | None = None,
) -> messages_pb2.GetRequest:
    return messages_pb2.GetRequest(
        rows=[
            messages_pb2.EntityRow(
                origin=row.origin,
                destination=row.destination,
            )
            for row in rows
        ],
        options=messages_pb2.ReadOptions(
            as_of_us=as_of_us,
            max_age_ms=max_age_ms,
            include_times=include_times,
            allow_partial=allow_partial,
            after=after,
        ),
    )


class DelayV1Client:
    """A client of the feature service. It connects with the first call, and again when the connection breaks.

    url: for example http://127.0.0.1:7402; https for TLS. Every address of the host's name is used in turn.
    token: sent with every call.
    tls_ca, tls_cert, tls_key: PEM texts: the authority to trust where it is not a public one, and the client's own
        certificate where servers ask for one.
    timeout_s: deadline of calls that do not name their own.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        tls_ca: bytes | None = None,
        tls_cert: bytes | None = None,
        tls_key: bytes | None = None,
        timeout_s: float = 1.0,
    ) -> None:
        target, is_tls = _target(url)
        if is_tls:
            credentials = grpc.ssl_channel_credentials(tls_ca, tls_key, tls_cert)
            self._channel = grpc.secure_channel(target, credentials, options=_CHANNEL_OPTIONS)
        else:
            self._channel = grpc.insecure_channel(target, options=_CHANNEL_OPTIONS)
        self._get = self._channel.unary_unary(
            _PATH,
            request_serializer=messages_pb2.GetRequest.SerializeToString,
            response_deserializer=messages_pb2.GetResponse.FromString,
        )
        self._metadata = () if token is None else (("authorization", f"Bearer {token}"),)
        self._timeout_s = timeout_s

    def get(
        self,
        rows: Sequence[DelayV1Keys],
        *,
        as_of_us: int | None = None,
        max_age_ms: int | None = None,
        include_times: bool | None = None,
        allow_partial: bool | None = None,
        after: Sequence[log_position_pb2.LogPosition] | None = None,
        timeout_s: float | None = None,
    ) -> DelayV1Answer:
        """Reads the features of 1 to 10,000 entities.

        Raises grpc.RpcError: its code() is the gRPC status, its details() say what is wrong and how to mend it.
        UNAVAILABLE is tried again, twice at most and within a budget.

        as_of_us: Answer as of this instant, microseconds since 1970, UTC: ttl is judged then, and rows after it are NEWER. Absent: now.
        max_age_ms: Treat rows older than this as EXPIRED, milliseconds. It only tightens the ttl. Absent: the ttl alone.
        include_times: Return event times and available times too.
        allow_partial: Answer with status UNAVAILABLE where the store does not answer in time, instead of failing the call.
        after: Wait until these rows can be read, within the deadline: positions that a push answered, at most 10,000.
        timeout_s: Deadline, seconds.
        """
        return self._get(
            _request(
                rows,
                as_of_us=as_of_us,
                max_age_ms=max_age_ms,
                include_times=include_times,
                allow_partial=allow_partial,
                after=after,
            ),
            timeout=self._timeout_s if timeout_s is None else timeout_s,
            metadata=self._metadata,
        )

    def close(self) -> None:
        """Ends the connections."""
        self._channel.close()

    def __enter__(self) -> DelayV1Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncDelayV1Client:
    """The same client for asyncio. It connects with the first call, and again when the connection breaks.

    url: for example http://127.0.0.1:7402; https for TLS. Every address of the host's name is used in turn.
    token: sent with every call.
    tls_ca, tls_cert, tls_key: PEM texts: the authority to trust where it is not a public one, and the client's own
        certificate where servers ask for one.
    timeout_s: deadline of calls that do not name their own.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        tls_ca: bytes | None = None,
        tls_cert: bytes | None = None,
        tls_key: bytes | None = None,
        timeout_s: float = 1.0,
    ) -> None:
        target, is_tls = _target(url)
        if is_tls:
            credentials = grpc.ssl_channel_credentials(tls_ca, tls_key, tls_cert)
            self._channel = grpc.aio.secure_channel(target, credentials, options=_CHANNEL_OPTIONS)
        else:
            self._channel = grpc.aio.insecure_channel(target, options=_CHANNEL_OPTIONS)
        self._get = self._channel.unary_unary(
            _PATH,
            request_serializer=messages_pb2.GetRequest.SerializeToString,
            response_deserializer=messages_pb2.GetResponse.FromString,
        )
        self._metadata = () if token is None else (("authorization", f"Bearer {token}"),)
        self._timeout_s = timeout_s

    async def get(
        self,
        rows: Sequence[DelayV1Keys],
        *,
        as_of_us: int | None = None,
        max_age_ms: int | None = None,
        include_times: bool | None = None,
        allow_partial: bool | None = None,
        after: Sequence[log_position_pb2.LogPosition] | None = None,
        timeout_s: float | None = None,
    ) -> DelayV1Answer:
        """Reads the features of 1 to 10,000 entities.

        Raises grpc.RpcError: its code() is the gRPC status, its details() say what is wrong and how to mend it.
        UNAVAILABLE is tried again, twice at most and within a budget.

        as_of_us: Answer as of this instant, microseconds since 1970, UTC: ttl is judged then, and rows after it are NEWER. Absent: now.
        max_age_ms: Treat rows older than this as EXPIRED, milliseconds. It only tightens the ttl. Absent: the ttl alone.
        include_times: Return event times and available times too.
        allow_partial: Answer with status UNAVAILABLE where the store does not answer in time, instead of failing the call.
        after: Wait until these rows can be read, within the deadline: positions that a push answered, at most 10,000.
        timeout_s: Deadline, seconds.
        """
        return await self._get(
            _request(
                rows,
                as_of_us=as_of_us,
                max_age_ms=max_age_ms,
                include_times=include_times,
                allow_partial=allow_partial,
                after=after,
            ),
            timeout=self._timeout_s if timeout_s is None else timeout_s,
            metadata=self._metadata,
        )

    async def close(self) -> None:
        """Ends the connections."""
        await self._channel.close()

    async def __aenter__(self) -> AsyncDelayV1Client:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
