"""Progress, where somebody looks at it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class Progress(Protocol):
    """Something that counts rows."""

    total: float | None

    def update(self, n: float = 1) -> bool | None:
        """`n` more rows are there."""
        ...

    def refresh(self) -> object:
        """Shows a total that has changed."""
        ...


class _NoProgress:
    total: float | None = None

    def update(self, n: float = 1) -> bool | None:  # noqa: ARG002
        return None

    def refresh(self) -> None:
        return None


@contextmanager
def progress_bar(what: str, *, wanted: bool | None, total: int | None = None) -> Iterator[Progress]:
    """A bar of tqdm; none where it is not wanted or not installed.

    `wanted` None: in terminals and notebooks only.
    """
    bars = _tqdm() if wanted or (wanted is None and _is_watched()) else None
    if bars is None:
        yield _NoProgress()
        return
    with bars(total=total, desc=what, unit=" rows", unit_scale=True) as bar:
        yield bar


def _is_watched() -> bool:
    is_notebook = "ipykernel" in sys.modules
    return is_notebook or (sys.stderr is not None and sys.stderr.isatty())


def _tqdm() -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm
