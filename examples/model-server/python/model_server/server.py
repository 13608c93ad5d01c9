"""An HTTP server with POST /predict and GET /health."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc

from .gen.delay_v1_client import DelayV1Client, DelayV1Keys
from .model import Model
from .predict import BadRequest, Flight, predict

_BODY_BYTES_MAX = 16 * 1024


class _HttpError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def create_model_server(client: DelayV1Client, model: Model, *, timeout_s: float, port: int) -> ThreadingHTTPServer:
    """timeout_s: how long reading features may take."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # A client that stops in the middle of its request does not keep a thread.
        timeout = 30
        # Headers and body are written one after the other, and must not wait for one another.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def do_PUT(self) -> None:
            self._answer("PUT")

        def do_DELETE(self) -> None:
            self._answer("DELETE")

        def log_message(self, format: str, *args: object) -> None:
            pass

        def _answer(self, method: str) -> None:
            try:
                self._send(200, self._result(method))
            except _HttpError as error:
                self._send(error.status, {"error": str(error)})
            except BadRequest as error:
                self._send(400, {"error": str(error)})
            except grpc.RpcError as error:
                self._send(*_unreadable(error))

        def _result(self, method: str) -> Mapping[str, object]:
            path = self.path.split("?", 1)[0]
            body = self._body()
            if path == "/predict":
                _check_method(method, "POST")
                return predict(client, model, Flight.from_json(_parse(body)), timeout_s)
            if path == "/health":
                _check_method(method, "GET")
                # Ready means that features can be read; of which airport does not matter.
                client.get([DelayV1Keys(origin="SEA", destination="SFO")], timeout_s=timeout_s)
                return {"status": "ok"}
            raise _HttpError(404, "There are POST /predict and GET /health")

        def _body(self) -> bytes:
            length = self.headers.get("content-length", "0")
            if "transfer-encoding" in self.headers or not length.isascii() or not length.isdigit():
                self.close_connection = True
                raise _HttpError(411, "Cannot read the body: send its Content-Length")
            if len(length) > 9 or int(length) > _BODY_BYTES_MAX:
                self.close_connection = True
                raise _HttpError(413, f"Cannot read the body: over {_BODY_BYTES_MAX} bytes")
            return self.rfile.read(int(length))

        def _send(self, status: int, body: Mapping[str, object]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            if self.close_connection:
                self.send_header("connection", "close")
            self.end_headers()
            self.wfile.write(content)

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def _parse(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise _HttpError(400, "Cannot read the body: it is not JSON") from None


def _check_method(method: str, expected: str) -> None:
    if method != expected:
        raise _HttpError(405, f"Cannot use {method}: expected {expected}")


def _unreadable(error: grpc.RpcError) -> tuple[int, Mapping[str, object]]:
    """What went wrong, without more than a caller needs to know."""
    if not isinstance(error, grpc.Call):
        raise error
    code = error.code()
    if code == grpc.StatusCode.INVALID_ARGUMENT:
        return 400, {"error": error.details()}
    if code == grpc.StatusCode.DEADLINE_EXCEEDED:
        return 504, {"error": "The features did not come in time. Try again."}
    if code == grpc.StatusCode.UNAVAILABLE:
        return 503, {"error": "The feature server cannot be reached. Try again."}
    traceback.print_exception(error, file=sys.stderr)
    return 500, {"error": "Cannot predict. The log of the model server says why."}
