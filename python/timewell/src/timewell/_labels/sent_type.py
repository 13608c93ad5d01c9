"""The types of label columns, as servers take them."""

from __future__ import annotations

import pyarrow as pa
from pyarrow import types

_TEXT = {"large_string": pa.string(), "string_view": pa.string(), "string": pa.string()}
_BYTES = {"large_binary": pa.binary(), "binary_view": pa.binary(), "binary": pa.binary()}
_PLAIN = (
    types.is_boolean,
    types.is_integer,
    types.is_float32,
    types.is_float64,
)


def sent_type(given: pa.DataType) -> pa.DataType | None:
    """The type that a column is sent with: the same, or one that holds the same values.

    None for a type that labels cannot have, for example a struct.
    """
    if isinstance(given, pa.BaseExtensionType):
        return sent_type(given.storage_type)
    if types.is_dictionary(given):
        return _plain(given.value_type)
    if types.is_fixed_size_list(given):
        element = _plain(given.value_type)
        return None if element is None else pa.list_(element, given.list_size)
    if types.is_list(given) or types.is_large_list(given):
        element = _plain(given.value_type)
        return None if element is None else pa.list_(element)
    if types.is_timestamp(given) or types.is_date(given) or types.is_null(given):
        return given
    if types.is_decimal(given):
        return given if types.is_decimal128(given) else None
    if given in (pa.time32("s"), pa.time32("ms"), pa.time64("us")):
        return pa.time64("us")
    return _plain(given)


def _plain(given: pa.DataType) -> pa.DataType | None:
    """Likewise for what lists and dictionaries hold."""
    if any(is_one(given) for is_one in _PLAIN):
        return given
    if types.is_float16(given):
        return pa.float32()
    if types.is_fixed_size_binary(given):
        return pa.binary()
    return _TEXT.get(str(given)) or _BYTES.get(str(given))
