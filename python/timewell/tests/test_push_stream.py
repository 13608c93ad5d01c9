"""Streams of pushes: results in order, bounded, and one effect over connections that break."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timezone
from itertools import count
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import timewell
from cutting_proxy import cutting_proxy
from shop import connect
from standalone_app import REPOSITORY, StandaloneApp
from timewell import DOUBLE, INT64, Client, Count, Entity, FeatureView, WindowedFeatureView, aio
from timewell._rpc.error_of_kind import error_of_kind
from timewell.errors import InvalidRequestError, NotFoundError, UnavailableError

PROJECT = "stream_shop"
USERS = 20
NOW = datetime.now(timezone.utc)
user = Entity("user", {"user_id": INT64})
DEFINITIONS = [
    FeatureView("spend", entity=user, features={"orders": INT64}),
    WindowedFeatureView(
        "clicks",
        entity=user,
        events={"amount": DOUBLE, "items": INT64},
        aggregates={"clicks": Count(["lifetime"])},
    ),
]
# Bytes from the server after which connections break: some between answers, some inside of one.
CUTS = [700, 900, 1_500, 800]


@pytest.fixture(scope="module")
def app(standalone: StandaloneApp) -> StandaloneApp:
    with connect(standalone, PROJECT) as client:
        client.apply(*DEFINITIONS)
    return standalone


@pytest.fixture(scope="module")
def client(app: StandaloneApp) -> Iterator[Client]:
    with connect(app, PROJECT) as client:
        yield client


def clicks(rows: int) -> list[dict[str, Any]]:
    """Events of all users, as many of each."""
    return [{"user_id": i % USERS, "amount": i, "event_timestamp": NOW} for i in range(rows)]


def clicks_of(client: Client, after: list[timewell.PushResult]) -> list[int]:
    """How many events each user has, once all of these are there."""
    answer = client.get_online_features(
        features=["clicks:clicks_lifetime"],
        rows=[{"user_id": i} for i in range(USERS)],
        after=after,
        timeout_s=60,
    )
    return [row["clicks__clicks_lifetime"] for row in answer.rows]


def row(number: int, **values: Any) -> dict[str, Any]:
    return {"user_id": number, "orders": number, "event_timestamp": NOW} | values


def test_rows_batches_and_tables_come_back_in_order_each_wrong_row_by_itself(
    client: Client,
) -> None:
    items = [
        row(1),
        row(2, orders=0.5),
        [row(3), row(4), row(5)],
        pd.DataFrame([row(6), row(7, orders=None)]),
        row(8),
    ]
    results = list(client.push_stream("spend", items, batch_rows=2))
    assert [len(result.outcomes) for result in results] == [2, 2, 1, 2, 1]
    outcomes = [outcome for result in results for outcome in result.outcomes]
    assert [outcome.row for outcome in outcomes] == list(range(8))
    assert [outcome.kind for outcome in outcomes if not outcome.ok] == ["INVALID_VALUE"]
    assert len({result.request_id for result in results}) == len(results)
    answer = client.get_online_features(
        features=["spend:orders"], rows=[{"user_id": i} for i in range(1, 9)], after=results
    )
    assert answer.to_dict()["spend__orders"] == [1, None, 3, 4, 5, 6, None, 8]


def test_a_table_a_reader_and_columns_are_cut_into_pushes(client: Client) -> None:
    table = pa.Table.from_pylist([row(i) for i in range(25)])
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=10))
    for rows, lengths in (
        (table, [10, 10, 5]),
        (reader, [10, 10, 5]),
        (table.to_pydict(), [10, 10, 5]),
        ([], []),
    ):
        results = list(client.push_stream("spend", rows, batch_rows=10))
        assert [len(result.outcomes) for result in results] == lengths
    with pytest.raises(InvalidRequestError, match="expected rows"):
        list(client.push_stream("spend", 7))


def test_no_more_is_taken_than_may_be_unanswered(client: Client) -> None:
    taken = count()

    def endless() -> Iterator[list[dict[str, Any]]]:
        while True:
            yield [row(next(taken))]

    results = client.push_stream("spend", endless(), in_flight=3)
    for number in range(5):
        assert next(results).outcomes[0].row == number
        time.sleep(0.05)
        # Those that are answered, those on their way, and the one that waits for room.
        assert next(taken) <= number + 1 + 3 + 1 + number + 1
    results.close()  # type: ignore[attr-defined]


def test_a_result_is_there_before_the_next_rows_are(client: Client) -> None:
    acknowledged: list[int] = []

    def slow() -> Iterator[list[dict[str, Any]]]:
        for number in range(3):
            yield [row(number)]
            while len(acknowledged) <= number:
                time.sleep(0.01)

    for result in client.push_stream("spend", slow()):
        acknowledged.append(result.outcomes[0].row)  # noqa: PERF401 - slow() looks at it
    assert acknowledged == [0, 1, 2]


def test_what_was_not_answered_is_sent_again_and_has_one_effect(
    app: StandaloneApp, client: Client
) -> None:
    before = clicks_of(client, [])
    with (
        cutting_proxy(app.urls["ingestion"], CUTS) as proxy,
        connect(app, PROJECT, ingestion_url=proxy.url) as cut,
    ):
        results = list(cut.push_stream("clicks", clicks(2_000), batch_rows=50, request_id="cuts"))
        assert proxy.cut == len(CUTS)
    assert [len(result.outcomes) for result in results] == [50] * 40
    assert all(result.ok for result in results)
    assert clicks_of(client, results) == [clicks + 100 for clicks in before]
    # As another process would that does not know how far the first one came.
    again = list(client.push_stream("clicks", clicks(2_000), batch_rows=50, request_id="cuts"))
    assert again == results
    assert clicks_of(client, again) == [clicks + 100 for clicks in before]


def test_a_server_that_stays_away_is_named_after_a_while() -> None:
    with Client("http://127.0.0.1:1") as nobody, pytest.raises(UnavailableError):
        nobody.push_stream("spend", [row(1)])


def test_a_server_that_goes_away_for_good_ends_the_stream(app: StandaloneApp) -> None:
    with (
        cutting_proxy(app.urls["ingestion"], []) as proxy,
        connect(app, PROJECT, ingestion_url=proxy.url) as client,
    ):

        def many() -> Iterator[list[dict[str, Any]]]:
            for number in range(10_000):
                yield [row(number)]
                if number == 3:
                    proxy.close()

        with pytest.raises(UnavailableError, match="Cannot reach Ingestion"):
            list(client.push_stream("spend", many(), retry_s=0.3))


def test_a_wrong_source_of_rows_is_told_after_what_was_sent_before(client: Client) -> None:
    def broken() -> Iterator[dict[str, Any]]:
        yield from (row(i) for i in range(4))
        raise ValueError("the file is cut off")

    results = client.push_stream("spend", broken(), batch_rows=2)
    assert [next(results).ok, next(results).ok] == [True, True]
    with pytest.raises(ValueError, match="the file is cut off"):
        next(results)
    with pytest.raises(InvalidRequestError, match=r"rows\[1\]\.features\.orders"):
        list(client.push_stream("spend", [row(1), row(2, orders=object())]))


def test_a_push_that_is_refused_as_a_whole_ends_the_stream(client: Client) -> None:
    with pytest.raises(NotFoundError) as error:
        list(client.push_stream("spend", [row(1)], also_versions=[9]))
    assert error.value.kind == "FEATURE_VIEW_NOT_FOUND"
    with pytest.raises(NotFoundError, match="Did you mean spend"):
        client.push_stream("spent", [row(1)])
    with pytest.raises(InvalidRequestError, match="Use 1 to 64"):
        client.push_stream("spend", [row(1)], in_flight=0)
    with pytest.raises(InvalidRequestError, match='Use "durable" or "online"'):
        client.push("spend", [row(1)], wait="ONLINE")  # type: ignore[arg-type]


def test_the_client_for_asyncio_streams_too(app: StandaloneApp, client: Client) -> None:
    before = clicks_of(client, [])
    urls = {f"{name}_url": url for name, url in app.urls.items() if name != "http"}

    async def events() -> AsyncIterator[list[dict[str, Any]]]:
        everything = clicks(1_000)
        for start in range(0, 1_000, 50):
            await asyncio.sleep(0)
            yield everything[start : start + 50]

    async def main() -> list[timewell.PushResult]:
        with cutting_proxy(app.urls["ingestion"], CUTS[:2]) as proxy:
            options: dict[str, Any] = urls | {"ingestion_url": proxy.url}
            async with aio.Client(project=PROJECT, **options) as cut:
                results = [result async for result in cut.push_stream("clicks", events())]
                plain = [it async for it in cut.push_stream("spend", [row(1), row(2)])]
                with pytest.raises(NotFoundError):
                    async for _ in cut.push_stream("spend", [row(1)], also_versions=[9]):
                        pass
                with pytest.raises(InvalidRequestError, match="Cannot use rows"):
                    async for _ in cut.push_stream("spend", [7]):
                        pass
            assert [len(result.outcomes) for result in plain] == [2]
            assert proxy.cut == 2
        return results

    results = asyncio.run(main())
    assert [outcome.row for it in results for outcome in it.outcomes] == list(range(1_000))
    assert clicks_of(client, results) == [clicks + 50 for clicks in before]


def test_every_kind_has_the_family_that_docs_say() -> None:
    page = (REPOSITORY / "docs/errors.md").read_text()
    codes = re.findall(r"^### ([A-Z_]+)\n\n\*\*([A-Z_]+)\*\*", page, re.MULTILINE)
    assert len(codes) > 40
    assert [(kind, error_of_kind(kind, "").code) for kind, _ in codes] == codes
