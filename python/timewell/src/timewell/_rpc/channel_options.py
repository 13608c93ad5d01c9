"""How channels behave: retries with a budget, pings, limits."""

from __future__ import annotations

import json

from timewell._rpc.methods import METHODS

_ANSWER_BYTES_MAX = 64 * 1024 * 1024
# How much of a stream may be on its way before a reader has asked for it.
_STREAM_WINDOW_BYTES = 8 * 1024 * 1024

_SERVICE_CONFIG = {
    "loadBalancingConfig": [{"round_robin": {}}],
    "methodConfig": [
        {
            "name": [
                {"service": method.full_service, "method": method.name}
                for method in METHODS
                if method.is_repeatable
            ],
            "retryPolicy": {
                "maxAttempts": 4,
                "initialBackoff": "0.05s",
                "maxBackoff": "0.5s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ],
    # Every failure costs a token, every success earns a tenth; below half of them nothing is tried
    # again.
    "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1},
}

CHANNEL_OPTIONS: tuple[tuple[str, str | int], ...] = (
    ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
    ("grpc.service_config_disable_resolution", 1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.http2.lookahead_bytes", _STREAM_WINDOW_BYTES),
    ("grpc.max_receive_message_length", _ANSWER_BYTES_MAX),
    # Identity alone: servers would compress what was asked for, which takes longer than to send it.
    ("grpc.compression_enabled_algorithms_bitset", 1),
    # Channels of one process do not share a connection that another client has closed or broken.
    ("grpc.use_local_subchannel_pool", 1),
)
"""The options of every channel."""
