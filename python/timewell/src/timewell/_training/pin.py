"""What a training set is made of, fixed by the first stream of it that was opened."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pin:
    """The first part of a stream; shards and later streams of a handle keep to it."""

    training_set_id: str
    snapshot_id: str
    labels_digest: str
    rows: int
    """Rows of the whole training set."""


@dataclass
class PinHolder:
    """Shared by a handle and its shards."""

    pin: Pin | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held by the one of several streams that decides what all of them read."""
