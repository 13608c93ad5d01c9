"""Names as generated code writes them."""

from __future__ import annotations


def camel_case(name: str) -> str:
    """The camelCase form that Protobuf gives a field: `mean_delay` → `meanDelay`, `a_1` → `a1`."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
