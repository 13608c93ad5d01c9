import type { DescService } from "@bufbuild/protobuf";

/** Path of the method, and how channels behave: retries with a budget, pings, limits. */
export function pythonChannels({ typeName }: DescService, method: string, port: string): string {
  return `_PATH = "/${typeName}/${method}"

_CHANNEL_OPTIONS: list[tuple[str, str | int]] = [
    (
        "grpc.service_config",
        json.dumps(
            {
                "loadBalancingConfig": [{"round_robin": {}}],
                "methodConfig": [
                    {
                        "name": [{"service": "${typeName}"}],
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
        raise ValueError(f"Cannot connect to {url}: write it like http://127.0.0.1:${port}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_tls = parts.scheme == "https"
    return f"dns:///{host}:{parts.port or (443 if is_tls else 80)}", is_tls
`;
}

/** A client class up to the end of its constructor. */
export function pythonConstructor(init: {
  readonly name: string;
  readonly isAsync: boolean;
  readonly purpose: string;
  readonly port: string;
  readonly timeoutS: string;
  /** Method, request and answer as they are called in Python. */
  readonly method: string;
  readonly request: string;
  readonly answer: string;
}): string {
  const { name, isAsync, port, timeoutS, method, request, answer } = init;
  const grpcModule = isAsync ? "grpc.aio" : "grpc";
  const purpose = isAsync ? "The same client for asyncio." : init.purpose;
  return `class ${name}:
    """${purpose} It connects with the first call, and again when the connection breaks.

    url: for example http://127.0.0.1:${port}; https for TLS. Every address of the host's name is used in turn.
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
        timeout_s: float = ${timeoutS},
    ) -> None:
        target, is_tls = _target(url)
        if is_tls:
            credentials = grpc.ssl_channel_credentials(tls_ca, tls_key, tls_cert)
            self._channel = ${grpcModule}.secure_channel(target, credentials, options=_CHANNEL_OPTIONS)
        else:
            self._channel = ${grpcModule}.insecure_channel(target, options=_CHANNEL_OPTIONS)
        self._${method} = self._channel.unary_unary(
            _PATH,
            request_serializer=messages_pb2.${request}.SerializeToString,
            response_deserializer=messages_pb2.${answer}.FromString,
        )
        self._metadata = () if token is None else (("authorization", f"Bearer {token}"),)
        self._timeout_s = timeout_s`;
}

/** How a client class ends. */
export function pythonClosing(name: string, isAsync: boolean): string {
  const [def, wait, enter, exit] = isAsync
    ? ["async def", "await ", "__aenter__", "__aexit__"]
    : ["def", "", "__enter__", "__exit__"];
  return `    ${def} close(self) -> None:
        """Ends the connections."""
        ${wait}self._channel.close()

    ${def} ${enter}(self) -> ${name}:
        return self

    ${def} ${exit}(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        ${wait}self.close()
`;
}
