"""The client for asyncio answers what the other one does."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

import timewell
from cutting_proxy import cutting_proxy
from shop import START, Shop, labels, make_shop
from standalone_app import StandaloneApp
from timewell import aio
from timewell.errors import InvalidRequestError, NotFoundError, UnavailableError


@pytest.fixture(scope="module")
def shop(standalone: StandaloneApp) -> Shop:
    return make_shop(standalone)


def with_client(
    shop: Shop, use: Callable[[aio.Client], Coroutine[Any, Any, None]], **options: Any
) -> None:
    urls = {f"{name}_url": url for name, url in shop.app.urls.items() if name != "http"}

    async def main() -> None:
        async with aio.Client(project=shop.project, progress=False, **(urls | options)) as client:
            await use(client)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("plain", "for_asyncio"),
    [(timewell.Client, aio.Client), (timewell.TrainingSet, aio.TrainingSet)],
)
def test_both_clients_have_the_same_methods(plain: type, for_asyncio: type) -> None:
    only_one = {"to_reader", "create_training_set", "dataset", "to_torch"}
    names = {name for name in dir(plain) if not name.startswith("_")} - only_one
    assert names - only_one == {name for name in dir(for_asyncio) if not name.startswith("_")}
    for name in names:
        one, other = getattr(plain, name), getattr(for_asyncio, name)
        if inspect.isfunction(one):
            assert inspect.signature(one).parameters == inspect.signature(other).parameters, name


def test_rows_go_in_and_come_out(shop: Shop) -> None:
    async def use(client: aio.Client) -> None:
        now = datetime.now(timezone.utc)
        rows = [{"user_id": 1, "orders": 5, "event_timestamp": now}]
        assert (await client.push("spend", rows, wait="online")).ok
        reads = [client.get_online_features(features=["spend:orders"], rows=[{"user_id": 1}])] * 1
        answers = await asyncio.gather(*reads)
        assert answers[0].to_dict() == {"user_id": [1], "spend__orders": [5]}
        run = await client.materialize("visits", START, START + timedelta(days=1))
        assert run.rows_read == 50
        assert [view.name for view in await client.list_feature_views()] == ["spend", "visits"]
        with pytest.raises(NotFoundError, match="Did you mean spend"):
            await client.describe_feature_view("spent")

    with_client(shop, use)


def test_training_sets_are_those_of_the_other_client(shop: Shop, tmp_path: Path) -> None:
    given = labels(70_000)
    with shop.connect(progress=False) as plain:
        joined = plain.get_historical_features(given, service="plain_v1")
        table, frame = joined.to_arrow(), joined.to_pandas()

    async def use(client: aio.Client) -> None:
        # Without a snapshot it would be another training set after each flush.
        mine = await client.get_historical_features(
            given, service="plain_v1", snapshot=joined.snapshot_id
        )
        assert await mine.id() == joined.id
        assert (await mine.to_arrow()).equals(table)
        assert mine.receipt == joined.receipt
        assert (await mine.to_pandas()).equals(frame)
        assert pa.Table.from_batches([batch async for batch in mine.to_batches()]).equals(table)
        await mine.to_parquet(tmp_path / "set.parquet")
        assert parquet.read_table(tmp_path / "set.parquet").equals(table)
        parts = await asyncio.gather(*(part.to_arrow() for part in mine.shards(3)))
        assert pa.concat_tables(parts).equals(table)
        again = await client.training_sets.rebuild(joined.id)
        assert (await again.to_arrow()).equals(table)
        scores = await client.score_batch(
            lambda inputs: inputs["visits__visits"],
            given.select(["user_id"]).slice(0, 10),
            features=["visits:visits"],
            as_of=START,
        )
        assert scores["prediction"].tolist() == [100 * i for i in range(10)]

    with_client(shop, use)


def test_streams_go_on_after_cuts(shop: Shop) -> None:
    given = labels(140_000)
    with shop.connect(progress=False) as plain:
        table = plain.get_historical_features(given, service="plain_v1").to_arrow()

    async def use(client: aio.Client) -> None:
        joined = await client.get_historical_features(given, service="plain_v1")
        assert (await joined.to_arrow()).equals(table)

    with cutting_proxy(shop.app.urls["retrieval"], [2_000, 7_000_000]) as proxy:
        with_client(shop, use, retrieval_url=proxy.url)
        assert proxy.cut == 2


def test_errors_are_the_same(shop: Shop) -> None:
    async def use(client: aio.Client) -> None:
        joined = await client.get_historical_features(labels(3), features=["visits:visit"])
        with pytest.raises(NotFoundError, match="visits"):
            await joined.to_arrow()
        with pytest.raises(InvalidRequestError, match="no column 'at'"):
            await client.get_historical_features(
                labels(3), features=["visits:visits"], event_time_column="at"
            )
        with pytest.raises(UnavailableError):
            await client.list_entities()

    with_client(shop, use, registry_url="http://127.0.0.1:1")
