"""A standalone Timewell app for tests: all four services in one process, on free ports."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

REPOSITORY = Path(__file__).resolve().parents[3]
NODE = REPOSITORY / "node_modules/.bin/node"
SERVICES = ("registry", "serving", "retrieval", "ingestion", "http")
STOP_SECONDS_MAX = 20


@dataclass(frozen=True)
class StandaloneApp:
    """A running app."""

    urls: Mapping[str, str]
    """Service to address: registry, serving, retrieval, ingestion and http."""
    data_root: Path
    """Where paths of sources and labels begin."""
    process: subprocess.Popen[str]

    def timewell(self, *arguments: str, cwd: Path | None = None) -> str:
        """Runs a command of the CLI against this app, and returns what it printed."""
        addresses = [part for name in SERVICES[:4] for part in (f"--{name}", self.urls[name])]
        done = run_cli(*arguments, *addresses, cwd=cwd or self.data_root)
        assert done.returncode == 0, done.stderr
        return done.stdout


def run_cli(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs the command `timewell` to its end."""
    command = [str(NODE), str(REPOSITORY / "apps/cli/src/main.ts"), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@contextmanager
def standalone_app(data_dir: Path, data_root: Path, *flags: str) -> Iterator[StandaloneApp]:
    """Starts an app that keeps its state in `data_dir`, and stops it at the end."""
    data_root.mkdir(parents=True, exist_ok=True)
    log = data_dir.with_suffix(".log")
    listen = [part for name in SERVICES for part in (f"--{name}-listen", "127.0.0.1:0")]
    folders = ["--data-dir", str(data_dir), "--data-root", str(data_root)]
    main = str(REPOSITORY / "apps/standalone/src/main.ts")
    command = [str(NODE), main, *listen, *folders, "--flush-interval", "1s", *flags]
    with log.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        assert process.stdout is not None
        yield StandaloneApp(_endpoints(process.stdout, log), data_root, process)
    finally:
        process.terminate()
        process.communicate(timeout=STOP_SECONDS_MAX)


def _endpoints(lines: IO[str], log: Path) -> dict[str, str]:
    for line in lines:
        if line.startswith("{"):
            endpoints: dict[str, str] = json.loads(line)["endpoints"]
            return endpoints
    raise AssertionError(f"Cannot start the standalone app:\n{log.read_text()[-2000:]}")
