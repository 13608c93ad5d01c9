"""What both clients are made with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from timewell._rpc.method import ServiceName
from timewell.errors import InvalidRequestError
from timewell.tls import Tls

_PORTS: dict[ServiceName, int] = {
    "registry": 7401,
    "serving": 7402,
    "retrieval": 7403,
    "ingestion": 7404,
}


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """How long a call may take that does not name its own timeout, seconds."""

    online_s: float = 5.0
    """Online reads."""
    call_s: float = 60.0
    """Every other single answer."""
    stream_s: float = 6 * 60 * 60.0
    """Streams: materializations, training sets."""


@dataclass(frozen=True, kw_only=True)
class ClientOptions:
    """Everything a client needs to connect; it can be pickled and sent to another process."""

    urls: Mapping[ServiceName, str]
    project: str
    token: str | None = field(repr=False)
    tls: Tls = field(repr=False)
    timeouts: Timeouts
    progress: bool | None
    """Whether to show progress bars. None: where there is somebody to look at them."""


def client_options(
    url: str | None,
    service_urls: Mapping[ServiceName, str | None],
    *,
    project: str | None,
    token: str | None,
    tls: Tls | None,
    timeouts: Timeouts | None,
    progress: bool | None,
) -> ClientOptions:
    """What was given, else what the environment says as it does to the command line, else defaults.

    INVALID_CONFIG for an address that is no URL and for TLS files that cannot be read.
    """
    base = url or os.environ.get("TIMEWELL_URL") or "http://127.0.0.1"
    urls = {
        name: _service_url(
            service_urls.get(name)
            or (os.environ.get(f"TIMEWELL_{name.upper()}") if url is None else None)
            or base,
            port,
        )
        for name, port in _PORTS.items()
    }
    return ClientOptions(
        urls=urls,
        project=project or os.environ.get("TIMEWELL_PROJECT") or "default",
        token=token or os.environ.get("TIMEWELL_TOKEN") or None,
        tls=(tls or _environment_tls()).read(),
        timeouts=timeouts or Timeouts(),
        progress=progress,
    )


def _environment_tls() -> Tls:
    parts = {name: os.environ.get(f"TIMEWELL_TLS_{name.upper()}") for name in ("ca", "cert", "key")}
    return Tls(**parts)


def _service_url(url: str, port: int) -> str:
    """The address with a port: that of the service where it has none."""
    try:
        parts = urlsplit(url)
        host, own_port = parts.hostname, parts.port
    except ValueError:
        host = None
    if host is None or parts.scheme not in ("http", "https"):
        raise InvalidRequestError(
            "INVALID_CONFIG",
            f"Cannot connect to {url!r}: expected a URL",
            field="url",
            hint="Write it like http://127.0.0.1 or https://features.example:443.",
        )
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}:{own_port or port}"
