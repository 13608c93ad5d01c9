"""What the README promises to somebody who installs the package."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import venv
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from standalone_app import REPOSITORY, SERVICES, StandaloneApp, standalone_app

README = (REPOSITORY / "README.md").read_text()
DATA = "examples/flight-delays/data"


def block(language: str, containing: str) -> str:
    """The one code block of the README in this language that contains a text."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    (found,) = [text for text in blocks if containing in text]
    return str(found)


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Runs a program to its end, and returns what it printed."""
    clean = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The python of a fresh environment into which the README's command installed the package."""
    folder = tmp_path_factory.mktemp("fresh") / "environment"
    venv.create(folder, with_pip=True)
    program, *arguments = shlex.split(block("", containing="pip install"))
    assert program == "pip"
    run(folder / "bin/python", "-m", "pip", "--quiet", *arguments, cwd=REPOSITORY)
    return folder / "bin/python"


def hourly(airport: str, day: int, hour: int, departures: int) -> dict[str, object]:
    """A row of the source, known at a full hour of January 2001."""
    at = datetime(2001, 1, day, hour, tzinfo=timezone.utc)
    return {
        "airport": airport,
        "event_timestamp": at,
        "departures": departures,
        "mean_delay": departures / 2,
    }


def write_data(folder: Path) -> None:
    """A small twin of what the quickstart prepares."""
    folder.mkdir(parents=True)
    rows = [hourly("ATL", 31, 23, 41), hourly("BOS", 31, 20, 7), hourly("ATL", 15, 9, 30)]
    labels = [
        {"origin": "ATL", "destination": "BOS", "event_timestamp": at, "label": at.day == 31}
        for at in (
            datetime(2001, 1, 31, 23, 59, tzinfo=timezone.utc),
            datetime(2001, 1, 15, 12, tzinfo=timezone.utc),
        )
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "airport_hourly.parquet")
    pq.write_table(pa.Table.from_pylist(labels), folder / "labels.parquet")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandaloneApp]:
    """An app with the README's definitions applied and its rows materialized."""
    folder = tmp_path_factory.mktemp("readme")
    write_data(folder / DATA)
    with standalone_app(folder / "state", folder / DATA) as started:
        (started.data_root / "late.ts").write_text(block("ts", containing="featureService("))
        started.timewell("apply", "late.ts")
        times = ("--from", "2001-01-01", "--to", "2001-02-01")
        started.timewell("materialize", "airport_hourly", *times)
        yield started


def test_the_example_runs_after_a_pip_install(installed: Path, app: StandaloneApp) -> None:
    addresses = {f"TIMEWELL_{name.upper()}": app.urls[name] for name in SERVICES[:4]}
    script = app.data_root / "example.py"
    example = block("python", containing="from timewell import Client")
    script.write_text(f"{example}\nprint(training_set.to_pandas().to_json(date_format='iso'))\n")
    printed = run(installed, "-W", "error", script, cwd=app.data_root.parents[2], **addresses)
    *_, receipt, last = printed.splitlines()
    assert "rows=2" in receipt
    columns = {name: list(column.values()) for name, column in json.loads(last).items()}
    assert columns["label"] == [True, False]
    assert columns["origin__departures"] == [41, 30]
    assert columns["destination__mean_delay"] == [3.5, None]


def test_the_package_is_typed_for_those_who_installed_it(installed: Path, tmp_path: Path) -> None:
    code = "import timewell, pathlib; print(pathlib.Path(timewell.__file__).parent / 'py.typed')"
    marker = run(installed, "-c", code, cwd=tmp_path).strip()
    assert Path(marker).is_file()
    assert "site-packages" in marker
