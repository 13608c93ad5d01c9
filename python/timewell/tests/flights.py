"""The flights of the example, in projects of their own."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from types import ModuleType

from shop import connect
from standalone_app import NODE, REPOSITORY, StandaloneApp
from timewell.client import Client

EXAMPLE = REPOSITORY / "examples/flight-delays"
FILLED_UP_TO = "2001-01-03T10:00:00.000001Z"
_FILES = ("airport_hourly.parquet", "route_daily.parquet", "labels.parquet")


def prepare_flights(app: StandaloneApp) -> None:
    """Puts the example's files below the data root of an app."""
    data = EXAMPLE / "data"
    module = (EXAMPLE / "src/prepare.ts").as_uri()
    script = f"import({module!r}).then((it) => it.prepareData({str(data)!r}))"
    subprocess.run([str(NODE), "-e", script], check=True)
    for name in _FILES:
        if not (app.data_root / name).exists():
            shutil.copyfile(data / name, app.data_root / name)


def flight_features() -> ModuleType:
    """The example's definitions in Python, a new module each time."""
    spec = importlib.util.spec_from_file_location("features", EXAMPLE / "src/features.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def flights_client(app: StandaloneApp, project: str) -> Client:
    """A client of a project with the example's definitions, which reads the example's files."""
    prepare_flights(app)
    client = connect(app, project)
    client.apply(flight_features())
    return client


def fill_flights(app: StandaloneApp, project: str) -> None:
    """Brings the online store forward to 3 January 2001, 10:00, that instant included."""
    for view in ("airport_hourly", "route_daily"):
        times = ["--from", "2000-12-01", "--to", FILLED_UP_TO]
        app.timewell("materialize", view, *times, "--project", project)
