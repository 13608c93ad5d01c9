"""Training sets as data sets of loaders with several workers."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from shop import Shop, labels, make_shop
from standalone_app import StandaloneApp
from timewell.client import Client
from timewell.dataset import Dataset
from timewell.errors import InvalidRequestError

ROWS = 1_000
COLUMNS = ["label", "visits__visits"]


@pytest.fixture(scope="module")
def shop(standalone: StandaloneApp) -> Shop:
    return make_shop(standalone)


@pytest.fixture(scope="module")
def client(shop: Shop) -> Iterator[Client]:
    with shop.connect(progress=False) as client:
        yield client


def labels_of(dataset: Dataset) -> list[float]:
    return [float(value) for batch in dataset for value in batch["label"]]


WHOLE = [i * 0.5 for i in range(ROWS)]


def test_batches_are_dicts_of_arrays_of_the_size_asked_for(client: Client) -> None:
    joined = client.get_historical_features(labels(ROWS), service="plain_v1")
    dataset = joined.dataset(batch_rows=300, columns=COLUMNS)
    batches = list(dataset)
    assert [len(batch["label"]) for batch in batches] == [300, 300, 300, 100]
    assert list(batches[0]) == COLUMNS
    assert batches[0]["visits__visits"].dtype == np.int64
    assert dataset.rows == ROWS
    assert labels_of(dataset) == WHOLE == labels_of(dataset)
    with pytest.raises(InvalidRequestError, match="batches of 0 rows"):
        joined.dataset(batch_rows=0)


def test_lists_of_equal_length_are_matrices(client: Client) -> None:
    given = (
        labels(4)
        .append_column("pair", [[[1.0, 2.0]] * 4])
        .append_column("ragged", [[[1.0], [], [2.0], [3.0]]])
    )
    (batch,) = client.get_historical_features(given, features=["visits:visits"]).dataset()
    assert batch["pair"].shape == (4, 2)
    assert batch["ragged"].dtype == object


def test_processes_read_each_row_once(client: Client) -> None:
    joined = client.get_historical_features(labels(ROWS), service="plain_v1")
    parts = [joined.dataset(i, 3, batch_rows=64, columns=["label"]) for i in range(3)]
    with ProcessPoolExecutor(3, multiprocessing.get_context("spawn")) as pool:
        found = list(pool.map(labels_of, parts))
    assert [len(part) for part in found] == [part.rows for part in parts] == [333, 333, 334]
    assert [value for part in found for value in part] == WHOLE


def test_workers_of_a_loader_divide_a_shard(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = client.get_historical_features(labels(ROWS), service="plain_v1").dataset(1, 2)
    assert "torch" not in sys.modules
    found: list[float] = []
    for worker in range(3):
        # What PyTorch tells inside of a worker process.
        data = ModuleType("torch.utils.data")
        info = SimpleNamespace(id=worker, num_workers=3)
        monkeypatch.setattr(data, "get_worker_info", lambda info=info: info, raising=False)
        monkeypatch.setitem(sys.modules, "torch.utils.data", data)
        found += labels_of(dataset)
    assert found == WHOLE[500:]


def test_torch_is_asked_for_only_where_it_is_wanted(client: Client) -> None:
    joined = client.get_historical_features(labels(3), service="plain_v1")
    with pytest.raises(ImportError, match="Cannot use torch: it is not installed"):
        joined.to_torch()
