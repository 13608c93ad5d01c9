"""Definitions keep what they were made of."""

from __future__ import annotations

from collections.abc import Mapping


def own_parts(definition: object, *names: str) -> None:
    """Puts copies into these fields of a frozen definition: the caller may change the originals."""
    for name in names:
        part = getattr(definition, name)
        if part is not None:
            copy = dict(part) if isinstance(part, Mapping) else tuple(part)
            object.__setattr__(definition, name, copy)
