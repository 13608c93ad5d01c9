"""Reads the fields of a Protobuf message without building an object of it."""

from __future__ import annotations

from collections.abc import Iterator

_VARINT, _I64, _LEN, _I32 = 0, 1, 2, 5


def wire_fields(message: bytes | memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Number and value of each field, in order; a value of bytes is a view of the message.

    ValueError for bytes that are no message.
    """
    view = memoryview(message)
    at, end = 0, len(view)
    while at < end:
        tag, at = _varint(view, at)
        wire_type = tag & 7
        if wire_type == _VARINT:
            value, at = _varint(view, at)
            yield tag >> 3, value
            continue
        if wire_type == _LEN:
            size, at = _varint(view, at)
        elif wire_type in (_I64, _I32):
            size = 8 if wire_type == _I64 else 4
        else:
            raise ValueError(f"Cannot read a message: wire type {wire_type}")
        if at + size > end:
            raise ValueError("Cannot read a message: it is cut off")
        yield tag >> 3, view[at : at + size]
        at += size


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 70:
        if at >= len(view):
            raise ValueError("Cannot read a message: it is cut off")
        byte = view[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("Cannot read a message: a varint is too long")
