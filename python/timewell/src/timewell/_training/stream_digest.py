"""The digest of a stream, made again from what came."""

from __future__ import annotations

import hashlib
import struct

import pyarrow as pa

from timewell._training.buffer_lengths import buffer_lengths
from timewell.errors import DataLossError
from timewell.receipt import Receipt

_FORMAT_VERSION = 1


class StreamDigest:
    """Compares what the server says with what arrived, as docs/training-sets.md defines it."""

    def __init__(self) -> None:
        self._value = b""

    def add(self, schema: pa.Schema, message: pa.Message, rows: int, expected: bytes) -> None:
        """A batch has come, whose digest should be `expected`; DATA_LOSS where it has another."""
        lengths = buffer_lengths(memoryview(message.metadata))
        digest = hashlib.sha256(self._value or _begin(schema))
        digest.update(struct.pack(f"<{2 + len(lengths)}Q", rows, len(lengths), *lengths))
        digest.update(message.body)
        self._value = digest.digest()
        if self._value != expected:
            raise _damaged(f"a batch has digest {self._value.hex()}, expected {expected.hex()}")

    def check(self, schema: pa.Schema, receipt: Receipt) -> None:
        """The receipt has come; DATA_LOSS where it names another digest.

        That of a later format version is not known here, and is taken as it is.
        """
        if receipt.format_version > _FORMAT_VERSION:
            return
        value = (self._value or _begin(schema)).hex()
        if receipt.digest != value:
            raise _damaged(f"its digest is {value}, its receipt says {receipt.digest}")


def _begin(schema: pa.Schema) -> bytes:
    """The digest of a stream without batches."""
    lines = [f"timewell training set {_FORMAT_VERSION}\n"]
    for field in schema:
        kind = str(field.type).replace(" not null", "")
        lines.append(f"{len(field.name.encode())}:{field.name} {kind}\n")
    return hashlib.sha256("".join(lines).encode()).digest()


def _damaged(problem: str) -> DataLossError:
    return DataLossError(
        "DATA_LOSS", f"Cannot use the training set: {problem}", hint="Ask for it again."
    )
