"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from standalone_app import StandaloneApp, standalone_app


@pytest.fixture(scope="session")
def standalone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandaloneApp]:
    """One app for all tests that do not stop it; each test applies to a project of its own."""
    folder = tmp_path_factory.mktemp("standalone")
    with standalone_app(folder / "data", folder / "sources") as app:
        yield app
