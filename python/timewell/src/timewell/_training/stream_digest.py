"""The digest of a stream, made again from what came."""

from __future__ import annotations

import pyarrow as pa

from timewell.errors import DataLossError
from timewell.receipt import Receipt


class StreamDigest:
    """Compares what the server says with what arrived; DATA_LOSS where they differ."""

    def __init__(self) -> None:
        self._value = b""

    def add(self, _schema: pa.Schema, _message: pa.Message, _rows: int, expected: bytes) -> None:
        """A batch has come, whose digest should be `expected`."""
        self._value = expected

    def check(self, _schema: pa.Schema, receipt: Receipt) -> None:
        """The receipt has come."""
        if self._value and receipt.digest != self._value.hex():
            raise DataLossError(
                "DATA_LOSS",
                f"Cannot use the training set: its digest is {receipt.digest}, that of its batches"
                f" {self._value.hex()}",
                hint="Ask for it again.",
            )
