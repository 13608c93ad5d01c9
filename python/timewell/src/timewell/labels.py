"""Labels that are not here: files of the server, and what it still has from an earlier call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ServerPath:
    """A Parquet or CSV file under an allowed root of the server.

    Example:
        client.get_historical_features(ServerPath("labels/2026.parquet"), service="delay_v1")
    """

    path: str
    """Relative to the server's data root, or absolute below an allowed root."""


@dataclass(frozen=True)
class StoredLabels:
    """Labels that the server has: for 24 h those of a call, for ever those of a training set."""

    digest: str
    """`labels_digest` of a receipt."""


Labels = Any
"""A pandas, Polars or pyarrow table, batches, rows as dicts, a path, ServerPath or StoredLabels."""
