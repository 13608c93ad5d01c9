"""What pip gets: the wheel, and the source distribution that a wheel can be built from."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from standalone_app import REPOSITORY

PACKAGE = REPOSITORY / "python/timewell"


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Runs a program to its end, and returns what it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(source: Path, out: Path) -> Path:
    """Builds both distributions of a source tree, and returns the folder with them."""
    run(sys.executable, "-m", "hatchling", "build", "--directory", out, cwd=source)
    return out


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    return build(PACKAGE, tmp_path_factory.mktemp("built"))


def names_in(wheel_folder: Path) -> set[str]:
    """The files of the one wheel of a folder."""
    (wheel,) = wheel_folder.glob("timewell-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_has_every_file_of_the_package_and_nothing_else(built: Path) -> None:
    files = (PACKAGE / "src").rglob("*.*")
    wanted = {
        str(file.relative_to(PACKAGE / "src"))
        for file in files
        if file.is_file() and file.suffix != ".pyc"
    }
    found = {name for name in names_in(built) if ".dist-info/" not in name}
    assert found == wanted
    assert "timewell/py.typed" in found
    assert "timewell/_contracts/retrieval/v1/retrieval_pb2_grpc.py" in found


def test_the_wheel_has_license_and_dependencies(built: Path) -> None:
    (wheel,) = built.glob("timewell-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        text = archive.read(metadata).decode()
        license_name = metadata.replace("METADATA", "licenses/LICENSE")
        assert archive.read(license_name) == (REPOSITORY / "LICENSE").read_bytes()
    required = re.findall(r"^Requires-Dist: ([\w-]+)(?!.*extra)", text, re.MULTILINE)
    assert sorted(required) == ["grpcio", "protobuf", "pyarrow"]
    assert "License-Expression: Apache-2.0" in text


def test_the_source_distribution_makes_the_same_wheel(built: Path, tmp_path: Path) -> None:
    (source,) = built.glob("timewell-*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    assert (unpacked / "tests/conftest.py").is_file()
    assert names_in(build(unpacked, tmp_path / "again")) == names_in(built)
