"""Hints for names that are not there."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_SHOWN_MAX = 5


def suggest(name: str, known: Iterable[str], what: str) -> str:
    """The nearest name where one is near, else the first few names.

    `what` is the plural of what was looked for, for example `feature views`.
    """
    names = list(known)
    near = get_close_matches(name, names, n=1)
    if near:
        return f"Did you mean {near[0]}?"
    shown = ", ".join(names[:_SHOWN_MAX]) + (", …" if len(names) > _SHOWN_MAX else "")
    return f"The {what} are {shown}." if names else f"There are no {what} yet."
