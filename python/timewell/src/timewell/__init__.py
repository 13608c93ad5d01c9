"""Timewell for Python: define features, serve them, and train on what was served."""

from timewell._version import __version__

__all__ = ["__version__"]
