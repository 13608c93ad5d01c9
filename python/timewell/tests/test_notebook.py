"""The notebook of the flight example runs from its first cell to its last, and is kept clean."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from flights import EXAMPLE, fill_flights, flights_client
from standalone_app import NODE, REPOSITORY, StandaloneApp

NOTEBOOK = EXAMPLE / "train.ipynb"
PROJECT = "flights"
"""The model server's client is generated for this one."""

# Jupyter and what it uses warn of their own affairs.
pytestmark = pytest.mark.filterwarnings("ignore::Warning")


def notebook() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(NOTEBOOK.read_text())
    return content


@contextmanager
def model_server(app: StandaloneApp) -> Iterator[str]:
    """The model server in TypeScript, on a free port; its address."""
    main = str(REPOSITORY / "examples/model-server/src/main.ts")
    settings = {"TIMEWELL_SERVING": app.urls["serving"], "PORT": "0", "TIMEOUT_MS": "5000"}
    process = subprocess.Popen(
        [str(NODE), main], env=os.environ | settings, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"Listening on (http:\S+)\n", line)
        assert found is not None, line
        yield found[1]
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_the_notebook_runs(standalone: StandaloneApp, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat: Any = pytest.importorskip("nbformat")
    nbclient: Any = pytest.importorskip("nbclient")
    with flights_client(standalone, PROJECT):
        fill_flights(standalone, PROJECT)
    with model_server(standalone) as address:
        monkeypatch.setenv("MODEL_SERVER", address)
        monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        # It would load the model in a process of its own to see which packages it takes.
        monkeypatch.setenv("MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT", "1")
        monkeypatch.setenv("PYTHONPATH", str(REPOSITORY / "python/timewell/src"))
        for name, url in standalone.urls.items():
            monkeypatch.setenv(f"TIMEWELL_{name.upper()}", url)
        runs = nbformat.read(NOTEBOOK, as_version=4)
        nbclient.NotebookClient(runs, timeout=300, kernel_name="python3").execute()
    texts = {
        cell["id"]: "".join(
            output.get("text", "") or output.get("data", {}).get("text/plain", "")
            for output in cell.get("outputs", [])
        )
        for cell in runs.cells
    }
    assert re.search(r"10 features, \d+ flights; AUC on \d+ later ones: 0\.7\d\d", texts["train"])
    assert re.fullmatch(r"\['delay m-\w+'\]", texts["lineage"])
    assert "prediction_1" in texts["score"]
    assert "'probability': 0." in texts["server"]


def test_the_notebook_is_kept_without_what_a_run_leaves() -> None:
    for cell in notebook()["cells"]:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None
        assert cell["metadata"] == {}
    metadata = notebook()["metadata"]
    assert metadata["kernelspec"]["name"] == "python3"
    assert set(metadata["language_info"]) == {"name"}


def test_the_notebook_names_nothing_of_one_machine() -> None:
    text = NOTEBOOK.read_text()
    assert re.findall(r"/(?:home|root|Users|tmp|work)/|[A-Z]:\\\\", text) == []
    assert re.findall(r"https?://(?!127\.0\.0\.1)", text) == []
    assert text == json.dumps(notebook(), indent=1, ensure_ascii=False) + "\n"
