"""TLS of `https:` addresses."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from timewell.errors import InvalidRequestError

Pem = bytes | str | PathLike[str]


@dataclass(frozen=True, kw_only=True)
class Tls:
    """Certificates, each as PEM bytes or as the path of a PEM file."""

    ca: Pem | None = None
    """Authority of the servers' certificates, where it is not a public one."""
    cert: Pem | None = None
    """The client's own certificate, where servers ask for one."""
    key: Pem | None = None
    """Its key."""

    def read(self) -> Tls:
        """The same with all parts as bytes; INVALID_CONFIG for a file that cannot be read."""
        return Tls(ca=_read(self.ca), cert=_read(self.cert), key=_read(self.key))


def _read(pem: Pem | None) -> bytes | None:
    if pem is None or isinstance(pem, bytes):
        return pem
    try:
        return Path(pem).read_bytes()
    except OSError as cause:
        raise InvalidRequestError(
            "INVALID_CONFIG",
            f"Cannot read the PEM file {str(pem)!r}: {cause.strerror}",
            field="tls",
            hint="Check that the file exists and that this process may read it.",
        ) from cause
