"""Streams that are cut, stalled, cancelled or spoilt on the way."""

from __future__ import annotations

import gc
import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from cutting_proxy import cutting_proxy
from shop import Shop, labels, make_shop
from standalone_app import StandaloneApp, standalone_app
from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._training.pin import PinHolder
from timewell._training.training_stream import TrainingStream
from timewell.client import Client
from timewell.errors import OverloadedError, StateError, UnavailableError

ROWS = 150_000


@pytest.fixture(scope="module")
def shop(standalone: StandaloneApp) -> Shop:
    return make_shop(standalone)


@pytest.fixture(scope="module")
def client(shop: Shop) -> Iterator[Client]:
    with shop.connect(progress=False) as client:
        yield client


def test_a_stream_that_is_cut_at_any_byte_is_the_same_in_the_end(
    shop: Shop, client: Client
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201
    draw = random.Random(seed)
    given = labels(ROWS)
    whole = client.get_historical_features(given, service="plain_v1")
    table = whole.to_arrow()
    for _ in range(2):
        # Some before the first batch, some in the middle of later ones.
        cuts = [draw.choice([draw.randrange(3_000), draw.randrange(13_000_000)]) for _ in range(4)]
        with (
            cutting_proxy(shop.app.urls["retrieval"], cuts) as proxy,
            shop.connect(retrieval_url=proxy.url, progress=False) as cut_client,
        ):
            joined = cut_client.get_historical_features(
                given, service="plain_v1", snapshot=whole.snapshot_id
            )
            assert joined.to_arrow().equals(table), cuts
            assert joined.receipt == whole.receipt, cuts
            assert proxy.cut >= 1, cuts


def test_labels_that_can_be_read_only_once_survive_cuts_too(shop: Shop, client: Client) -> None:
    given = labels(100_000)
    table = client.get_historical_features(given, service="plain_v1").to_arrow()
    with (
        cutting_proxy(shop.app.urls["retrieval"], [50, 500, 2_000_000]) as proxy,
        shop.connect(retrieval_url=proxy.url, progress=False) as cut_client,
    ):
        reader = given.to_reader(max_chunksize=10_000)
        joined = cut_client.get_historical_features(reader, service="plain_v1")
        assert joined.to_arrow().equals(table)


def test_a_server_that_stays_away_is_given_up(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    monkeypatch.setattr("timewell._training.training_stream._FAILURES_MAX", 2)
    with shop.connect(retrieval_url="http://127.0.0.1:1", progress=False) as client:
        joined = client.get_historical_features(labels(3), service="plain_v1")
        with pytest.raises(UnavailableError, match="Cannot reach OfflineRetrieval"):
            joined.to_arrow()


def test_a_reader_that_stops_ends_the_call(client: Client) -> None:
    joined = client.get_historical_features(labels(ROWS), service="plain_v1")
    batches = joined.to_batches()
    first = next(batches)
    assert first.num_rows == 65_536
    del batches
    gc.collect()
    assert not joined.is_read
    assert joined.shard(0, 4).to_arrow().num_rows == ROWS // 4


def test_a_stalled_reader_holds_bounded_memory(client: Client) -> None:
    joined = client.get_historical_features(labels(ROWS), service="plain_v1")
    batches = joined.to_batches()
    next(batches)
    before = pa.total_allocated_bytes()
    time.sleep(1.0)
    assert pa.total_allocated_bytes() - before < 16 * 2**20
    assert sum(batch.num_rows for batch in batches) == ROWS - 65_536


def test_a_reader_that_was_too_slow_goes_on_and_other_refusals_are_raised() -> None:
    stream = TrainingStream(retrieval_pb2.GetTrainingSetRequest(), None, PinHolder())
    assert stream.pause_s(UnavailableError("STREAM_STALLED", "Nobody read it")) < 1
    assert stream.pause_s(OverloadedError("OVERLOADED", "Too much to do")) < 1
    with pytest.raises(StateError, match="changed"):
        stream.pause_s(StateError("SOURCE_CHANGED", "A file has changed"))


def test_two_threads_may_read_through_one_client(client: Client) -> None:
    joined = client.get_historical_features(labels(ROWS), service="plain_v1")
    tables: list[pa.Table] = []
    threads = [threading.Thread(target=lambda: tables.append(joined.to_arrow())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tables[0].equals(tables[1])


def test_a_server_that_is_killed_and_started_again_goes_on(tmp_path: Path) -> None:
    listen = ("--retrieval-listen", f"127.0.0.1:{free_port()}")
    folders = (tmp_path / "data", tmp_path / "sources")
    given = labels(ROWS)
    with standalone_app(*folders, *listen) as first:
        shop = make_shop(first)
        with shop.connect(progress=False) as client:
            joined = client.get_historical_features(given, service="plain_v1")
            whole, receipt = joined.to_arrow(), joined.receipt
            batches = joined.to_batches()
            got = [next(batches)]
            first.process.kill()
            first.process.wait()
            with standalone_app(*folders, *listen):
                got += batches
    assert pa.Table.from_batches(got).equals(whole)
    assert joined.receipt == receipt


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
