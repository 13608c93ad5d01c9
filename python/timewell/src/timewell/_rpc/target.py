"""Where a channel leads to, and whether it needs TLS."""

from __future__ import annotations

from urllib.parse import urlsplit

import grpc

from timewell.tls import Tls


def target(url: str) -> tuple[str, bool]:
    """The target of a URL with a port, and True where it needs TLS."""
    parts = urlsplit(url)
    return f"dns:///{parts.netloc}", parts.scheme == "https"


def credentials(tls: Tls) -> grpc.ChannelCredentials:
    """Those of certificates that were read."""
    parts = (tls.ca, tls.key, tls.cert)
    ca, key, cert = (part if isinstance(part, bytes) else None for part in parts)
    return grpc.ssl_channel_credentials(ca, key, cert)


def metadata(token: str | None) -> tuple[tuple[str, str | bytes], ...]:
    """What every call carries."""
    return () if token is None else (("authorization", f"Bearer {token}"),)
