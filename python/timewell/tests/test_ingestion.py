"""Backfills, versions side by side, quarantine and erases against a real app, by both clients."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from shop import START, Shop, make_shop
from standalone_app import StandaloneApp
from timewell import DOUBLE, INT64, Client, Entity, FeatureView, Range, aio
from timewell.errors import InvalidRequestError, NotFoundError

NOW = datetime.now(timezone.utc)
member = Entity("member", {"member_id": INT64})


def view_of_points(name: str, constraint: float) -> FeatureView:
    """A view of pushed rows; another name of its feature makes another version of it."""
    return FeatureView(
        "points",
        entity=member,
        features={name: DOUBLE, "level": INT64},
        constraints=[Range("level", max=constraint)],
    )


@pytest.fixture(scope="module")
def shop(standalone: StandaloneApp) -> Shop:
    return make_shop(standalone)


@pytest.fixture(scope="module")
def client(shop: Shop) -> Iterator[Client]:
    with shop.connect(progress=False) as client:
        client.apply(view_of_points("points", 9))
        yield client


def use_aio(shop: Shop) -> aio.Client:
    urls = {f"{name}_url": url for name, url in shop.app.urls.items() if name != "http"}
    options: dict[str, Any] = urls
    return aio.Client(project=shop.project, progress=False, **options)


def points(number: int, **values: Any) -> dict[str, Any]:
    return {"member_id": number, "score": number, "event_timestamp": NOW} | values


def test_a_backfill_says_how_far_it_is_and_does_no_chunk_twice(shop: Shop, client: Client) -> None:
    end = START + timedelta(days=4)
    first = client.backfill("visits", START, end, chunk=timedelta(days=1), parallelism=4)
    assert (first.chunks, first.chunks_before) == (4, 0)
    assert first.run.rows_read == 200
    assert (first.run.start, first.run.end) == (START, end)
    answer = client.get_online_features(
        features=["visits:visits"], rows=[{"user_id": 7}], as_of=START + timedelta(days=4)
    )
    assert answer.rows == [{"visits__visits": 703}]

    async def again() -> None:
        async with use_aio(shop) as it:
            same = await it.backfill("visits", START, end, chunk=timedelta(days=1))
            assert (same.chunks, same.chunks_before) == (4, 4)
            anew = await it.backfill("visits", START, end, chunk=timedelta(days=1), again=True)
            assert (anew.chunks_before, anew.run.rows_read) == (0, 200)

    asyncio.run(again())
    with pytest.raises(InvalidRequestError):
        client.backfill("visits", end, START)


def test_a_push_reaches_several_versions_of_a_view(client: Client) -> None:
    client.apply(view_of_points("score", 9))
    # A whole number for a DOUBLE of the other version: its types are known, too.
    pushed = client.push("points", [points(1, points=2, level=3)], also_versions=[1])
    deleted = client.delete("points", [{"member_id": 2}], also_versions=[1])
    assert pushed.ok
    assert deleted.ok
    streamed = list(client.push_stream("points", [points(3, points=4)], also_versions=[1]))
    for feature, expected in (("points@1:points", [2.0, 4.0]), ("points@2:score", [1.0, 3.0])):
        answer = client.get_online_features(
            features=[feature], rows=[{"member_id": 1}, {"member_id": 3}], after=[pushed, *streamed]
        )
        assert [next(iter(row.values())) for row in answer.rows] == expected
    with pytest.raises(NotFoundError):
        client.push("points", [points(1)], also_versions=[7])


def test_refused_rows_are_listed_shown_replayed_and_dropped(shop: Shop, client: Client) -> None:
    rows = [points(i, level=10 * i) for i in range(1, 5)]
    assert [outcome.kind for outcome in client.push("points", rows).refused] == (
        ["CONSTRAINT_VIOLATED"] * 4
    )
    listed = client.quarantine.list("points", kind="CONSTRAINT_VIOLATED")
    assert [row.constraint for row in listed] == ["level_range"] * 4
    assert len(client.quarantine.list(limit=3)) == 3
    assert client.quarantine.list("spend") == []
    latest = listed[0]
    assert (latest.view, latest.origin) == ("points", "push")
    assert latest.refused_at >= NOW
    shown = client.quarantine.show(latest.id)
    assert shown.row == latest
    assert '"level"' in shown.json
    assert shown.record_key is None
    assert len(shown.content) == latest.content_bytes
    with pytest.raises(NotFoundError):
        client.quarantine.show(999_999)
    with pytest.raises(InvalidRequestError):
        client.quarantine.drop("points")

    client.apply(view_of_points("score", 25))
    replayed = client.quarantine.replay("points", everything=True)
    assert (replayed.accepted, replayed.refused) == (2, 2)
    assert [row.kind for row in replayed.first_refused] == ["CONSTRAINT_VIOLATED"] * 2

    async def others() -> None:
        async with use_aio(shop) as it:
            left = await it.quarantine.list("points")
            assert (await it.quarantine.show(left[0].id)).row == left[0]
            assert await it.quarantine.drop("points", ids=[left[0].id]) == 1
            assert (await it.quarantine.replay("points", kind="CONSTRAINT_VIOLATED")).refused == 1
            assert await it.quarantine.drop("points", everything=True) == 1

    asyncio.run(others())
    assert client.quarantine.list() == []


def test_an_entity_is_erased_with_a_receipt_and_nothing_is_left(shop: Shop, client: Client) -> None:
    client.push("spend", [{"user_id": 1_001, "orders": 1, "event_timestamp": NOW}], wait="online")
    before = client.verify_erased("user", {"user_id": 1_001})
    assert not before.nothing_left
    assert (before.found.online_rows, before.found.log_rows, before.receipts) == (1, 1, [])
    assert before.found.erased_at is None
    steps: list[str] = []
    receipt = client.erase("user", {"user_id": 1_001}, reason="request 17", on_step=steps.append)
    assert receipt.id.startswith("er_")
    assert (receipt.entity, receipt.reason, receipt.online_rows) == ("user", "request 17", 1)
    assert receipt.erased_at is not None
    assert receipt.erased_at >= NOW
    assert steps != []
    after = client.verify_erased("user", {"user_id": 1_001})
    assert after.nothing_left
    assert [it.id for it in after.receipts] == [receipt.id]
    with pytest.raises(NotFoundError):
        client.verify_erased("users", {"user_id": 1})

    async def another() -> None:
        async with use_aio(shop) as it:
            erased = await it.erase("user", {"user_id": 7}, reason="request 18")
            # They are in the file of the view, which is not Timewell's to change.
            assert [(rows.view, rows.rows) for rows in erased.source_rows] == [("visits", 20)]
            assert (await it.verify_erased("user", {"user_id": 7})).nothing_left

    asyncio.run(another())
