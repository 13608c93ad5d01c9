"""Packages that are needed only for what they are asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def require_module(name: str, extra: str) -> Any:
    """Imports a package; ImportError says which extra of timewell brings it."""
    try:
        return import_module(name)
    except ImportError as cause:
        raise ImportError(
            f"Cannot use {name}: it is not installed. Run: pip install 'timewell[{extra}]'"
        ) from cause
