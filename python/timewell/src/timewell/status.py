"""How the read of one view for one entity ended."""

from __future__ import annotations

from enum import Enum


class Status(str, Enum):
    """Status of a view row; it equals the string of its name."""

    PRESENT = "PRESENT"
    """The row is alive. A feature of it may still be NULL."""
    NOT_FOUND = "NOT_FOUND"
    """No row, a deleted row, or a row past ttl plus grace."""
    EXPIRED = "EXPIRED"
    """The row is older than ttl (or max_age) allows; its values are withheld."""
    UNAVAILABLE = "UNAVAILABLE"
    """The store did not answer in time."""
    NEWER = "NEWER"
    """The stored row is newer than the asked instant; online keeps only the latest."""

    def __str__(self) -> str:
        return self.value
