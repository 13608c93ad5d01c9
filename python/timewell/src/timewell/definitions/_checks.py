"""Checks of definitions where they are written; the registry makes the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from timewell.errors import InvalidRequestError

_MILLISECOND = timedelta(milliseconds=1)
_SHOWN_CHARS_MAX = 60


def invalid_definition(
    path: str, got: object, expected: str, hint: str = "Mend it where it is defined."
) -> InvalidRequestError:
    """An error about one place of the definitions, named by its dotted path."""
    message = f"Cannot accept {path}: got {show(got)}, expected {expected}"
    return InvalidRequestError("INVALID_DEFINITION", message, field=path, hint=hint)


def show(value: object) -> str:
    """A value as messages show it: as Python writes it, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARS_MAX else f"{text[:_SHOWN_CHARS_MAX]}…"


def text(value: object, path: str) -> str:
    """Text as Protobuf takes it."""
    if not isinstance(value, str):
        raise invalid_definition(path, value, "text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise invalid_definition(path, value, "text that UTF-8 can write") from None
    return value


def text_map(value: object, path: str) -> dict[str, str]:
    """A mapping of text to text; None is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise invalid_definition(path, value, "a mapping of text to text")
    return {text(name, path): text(part, f"{path}[{name}]") for name, part in value.items()}


def duration_ms(value: object, path: str) -> int:
    """The whole milliseconds of a duration."""
    if not isinstance(value, timedelta):
        hint = "Write it like timedelta(hours=6)."
        raise invalid_definition(path, value, "a timedelta", hint)
    if value < timedelta(0) or value % _MILLISECOND:
        expected = "0 or a positive duration of whole milliseconds"
        raise invalid_definition(path, value, expected)
    return value // _MILLISECOND
