"""A TCP proxy that cuts connections after so many bytes from the server."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_PIECE = 16_384


class CuttingProxy:
    """Forwards connections to a server; each may have a number of bytes after which it is cut."""

    def __init__(self, target: str, cuts: list[int]) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._cuts = list(cuts)
        self.cut = 0
        """How many connections were cut so far."""
        self._sockets: list[socket.socket] = []
        self._is_closed = False
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Ends all connections, also those that are being accepted."""
        with self._lock:
            self._is_closed = True
        _end(self._listener, *self._sockets)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                with self._lock:
                    if self._is_closed:
                        _end(client, server)
                        return
                    self._sockets += [client, server]
                bytes_max = self._cuts.pop(0) if self._cuts else None
                threading.Thread(
                    target=self._copy, args=(client, server, None), daemon=True
                ).start()
                threading.Thread(
                    target=self._copy, args=(server, client, bytes_max), daemon=True
                ).start()

    def _copy(self, source: socket.socket, sink: socket.socket, bytes_max: int | None) -> None:
        left = bytes_max
        with suppress(OSError):
            while left is None or left > 0:
                piece = source.recv(_PIECE if left is None else min(left, _PIECE))
                if not piece:
                    break
                sink.sendall(piece)
                left = None if left is None else left - len(piece)
        if left == 0:
            self.cut += 1
            # A reset, as of a machine that is gone, every other time; else an orderly end.
            if self.cut % 2:
                with suppress(OSError):
                    sink.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        _end(source, sink)


def _end(*sockets: socket.socket) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@contextmanager
def cutting_proxy(target: str, cuts: list[int]) -> Iterator[CuttingProxy]:
    """Starts a proxy, and ends it at the end."""
    proxy = CuttingProxy(target, cuts)
    try:
        yield proxy
    finally:
        proxy.close()
