"""Lengths of the buffers of a record batch, as its Arrow message states them.

The metadata is a FlatBuffer: a table begins with the distance back to its vtable, which holds the
place of each field.

    Message      1 header type, 2 header: table, 3 body length
    RecordBatch  0 rows: i64, 1 nodes: vector, 2 buffers: vector of (offset: i64, length: i64)
"""

from __future__ import annotations

import struct

_HEADER, _BUFFERS = 2, 2


def buffer_lengths(metadata: memoryview) -> list[int]:
    """The lengths in bytes, in order; ValueError for metadata that is none."""
    try:
        message = _u32(metadata, 0)
        batch = _follow(metadata, _field(metadata, message, _HEADER))
        buffers = _follow(metadata, _field(metadata, batch, _BUFFERS))
        pairs = struct.unpack_from(f"<{2 * _u32(metadata, buffers)}q", metadata, buffers + 4)
    except struct.error as cause:
        raise ValueError("Cannot read the metadata of a batch: it is cut off") from cause
    return list(pairs[1::2])


def _u32(data: memoryview, at: int) -> int:
    value: int = struct.unpack_from("<I", data, at)[0]
    return value


def _follow(data: memoryview, at: int) -> int:
    """Where an offset leads to."""
    return at + _u32(data, at)


def _field(data: memoryview, table: int, number: int) -> int:
    """Where a field of a table stands."""
    vtable = table - struct.unpack_from("<i", data, table)[0]
    (size,) = struct.unpack_from("<H", data, vtable)
    place = 4 + 2 * number
    offset = struct.unpack_from("<H", data, vtable + place)[0] if place < size else 0
    if offset == 0:
        raise ValueError("Cannot read the metadata of a batch: a field is absent")
    return int(table + offset)
