"""Predicts delays over HTTP."""

from __future__ import annotations

import os
import signal
import threading

from .gen.delay_v1_client import DelayV1Client
from .model import read_model
from .server import create_model_server


def main() -> None:
    client = DelayV1Client(
        os.environ.get("TIMEWELL_SERVING", "http://127.0.0.1:7402"),
        token=os.environ.get("TIMEWELL_TOKEN"),
    )
    server = create_model_server(
        client,
        read_model(),
        timeout_s=float(os.environ.get("TIMEOUT_MS", "250")) / 1000,
        port=int(os.environ.get("PORT", "8080")),
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        # shutdown() waits for the loop that this handler interrupts, so that it needs a thread of its own.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"Listening on http://127.0.0.1:{server.server_port}", flush=True)
    with client, server:
        server.serve_forever()


main()
