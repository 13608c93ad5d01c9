"""Online reads and pushes against a real app."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import timewell
from shop import START, Shop, make_shop
from standalone_app import StandaloneApp
from timewell.client import Client
from timewell.errors import (
    ConflictError,
    InvalidRequestError,
    NaiveTimestampWarning,
    NotFoundError,
)
from timewell.online_features import OnlineFeatures
from timewell.status import Status


@pytest.fixture(scope="module")
def shop(standalone: StandaloneApp) -> Shop:
    return make_shop(standalone)


@pytest.fixture(scope="module")
def client(shop: Shop) -> Iterator[Client]:
    with shop.connect() as client:
        yield client


NOW = datetime.now(timezone.utc).replace(microsecond=123456)
ROW = {
    "user_id": 1,
    "total": 12.5,
    "orders": 3,
    "is_new": True,
    "city": "Zürich",
    "last_seen": NOW,
    "amounts": [1.0, 2.5],
    "embedding": [0.5, 0.25, 0.125],
    "event_timestamp": NOW,
}


@pytest.fixture(scope="module", autouse=True)
def _pushed(client: Client) -> None:
    result = client.push("spend", [ROW, {"user_id": 2, "event_timestamp": NOW}], wait="online")
    assert result.ok
    assert [outcome.row for outcome in result.outcomes] == [0, 1]


def test_values_come_back_as_python_values_of_their_types(client: Client) -> None:
    answer = client.get_online_features(features=["spend:*"], rows=[{"user_id": 1}, {"user_id": 2}])
    first, second = answer.rows
    assert first == {f"spend__{name}": ROW[name] for name in ROW if name in first_names(answer)}
    assert first["spend__last_seen"].tzinfo is timezone.utc
    assert set(second.values()) == {None}
    assert answer.statuses == {"spend": [Status.PRESENT, Status.PRESENT]}
    assert answer.to_dict()["user_id"] == [1, 2]
    assert answer.served_at >= NOW


def first_names(answer: OnlineFeatures) -> set[str]:
    return {name.removeprefix("spend__") for name in answer.names}


def test_a_frame_has_the_declared_types_also_where_all_is_null(client: Client) -> None:
    answer = client.get_online_features(features=["spend:*"], rows=[{"user_id": 2}])
    types = {field.name: str(field.type) for field in answer.to_arrow().schema}
    assert types["spend__orders"] == "int64"
    assert types["spend__last_seen"] == "timestamp[us, tz=UTC]"
    assert types["spend__embedding"] == "fixed_size_list<item: float>[3]"
    frame = answer.to_pandas()
    assert str(frame["spend__orders"].dtype) == "Int64"
    assert frame["spend__total"].isna().all()


@pytest.mark.parametrize(
    "rows",
    [
        [{"user_id": 1}, {"user_id": 77}],
        {"user_id": [1, 77]},
        pd.DataFrame({"user_id": [1, 77]}, index=["a", "b"]),
        pl.DataFrame({"user_id": [1, 77]}),
        pa.table({"user_id": [1, 77]}),
    ],
    ids=["dicts", "lists", "pandas", "polars", "pyarrow"],
)
def test_rows_may_be_of_any_kind(client: Client, rows: object) -> None:
    answer = client.get_online_features(features=["spend:city"], rows=rows)
    assert answer.to_dict() == {"user_id": [1, 77], "spend__city": ["Zürich", None]}
    assert answer.statuses["spend"] == ["PRESENT", "NOT_FOUND"]


def test_request_data_stands_among_the_keys_or_apart(client: Client) -> None:
    together = client.get_online_features(service="shop_v1", rows=[{"user_id": 1, "amount": 25}])
    apart = client.get_online_features(
        service="shop_v1", rows=[{"user_id": 1}], request_data=[{"amount": 25.0}]
    )
    assert together.rows[0]["ratio"] == apart.rows[0]["ratio"] == 2.0
    assert together.service_revision == 1


def test_times_and_ages_are_answered_on_request(client: Client) -> None:
    answer = client.get_online_features(
        features=["spend:total"], rows=[{"user_id": 1}, {"user_id": 77}], include_times=True
    )
    assert answer.event_times["spend"] == [NOW, None]
    available, missing = answer.available_times["spend"]
    assert available is not None
    assert available >= NOW
    assert missing is None
    later = client.get_online_features(
        features=["spend:total"],
        rows=[{"user_id": 1}],
        as_of=NOW + timedelta(days=2),
        max_age=timedelta(days=1),
    )
    assert later.statuses["spend"] == [Status.EXPIRED]
    earlier = client.get_online_features(
        features=["spend:total"], rows=[{"user_id": 1}], as_of=int(START.timestamp() * 1e6)
    )
    assert earlier.statuses["spend"] == [Status.NEWER]


def test_an_instant_without_a_zone_is_utc_with_a_warning(client: Client) -> None:
    with pytest.warns(NaiveTimestampWarning, match="as_of") as caught:
        client.get_online_features(
            features=["spend:total"],
            rows=[{"user_id": 1}],
            as_of=datetime(2026, 1, 1),  # noqa: DTZ001
        )
    assert caught[0].filename == __file__


def test_errors_of_servers_are_typed(client: Client) -> None:
    with pytest.raises(NotFoundError, match=r"Did you mean shop_v1\?") as missing:
        client.get_online_features(service="shop_v2", rows=[{"user_id": 1}])
    assert missing.value.kind == "FEATURE_SERVICE_NOT_FOUND"
    assert missing.value.code == "NOT_FOUND"
    assert missing.value.hint == "Did you mean shop_v1?"
    with pytest.raises(InvalidRequestError) as wrong:
        client.get_online_features(features=["spend:total"], rows=[{"user_id": "one"}])
    assert wrong.value.kind == "INVALID_KEY"
    assert wrong.value.field == "rows[0].keys.user_id"


def test_errors_before_the_call_name_the_value(client: Client) -> None:
    with pytest.raises(InvalidRequestError, match=r"rows\[1\]\.keys\.user_id: got <object"):
        client.get_online_features(
            features=["spend:total"], rows=[{"user_id": 1}, {"user_id": object()}]
        )
    with pytest.raises(InvalidRequestError, match="neither"):
        client.get_online_features(rows=[{"user_id": 1}])
    with pytest.raises(InvalidRequestError, match="different lengths"):
        client.get_online_features(features=["spend:total"], rows={"user_id": [1, 2], "a": [1]})


def test_a_wrong_row_of_a_push_does_not_keep_the_others_out(client: Client) -> None:
    rows = [
        {"user_id": 10, "orders": 1, "event_timestamp": NOW},
        {"user_id": 11, "orders": 1.5, "event_timestamp": NOW},
        {"user_id": 12, "orders": 1},
    ]
    result = client.push("spend", rows)
    assert [outcome.ok for outcome in result.outcomes] == [True, False, False]
    assert [outcome.kind for outcome in result.refused] == ["INVALID_VALUE", "INVALID_EVENT_TIME"]
    with pytest.raises(InvalidRequestError, match="2 of 3 rows were refused, first row 1"):
        result.raise_for_refused()


def test_a_push_of_a_frame_reads_nan_as_null_and_whole_doubles_as_integers(client: Client) -> None:
    frame = pd.DataFrame(
        {
            "user_id": [20, 21],
            "orders": [4, None],
            "total": [1.5, None],
            "event_timestamp": [pd.Timestamp(NOW), pd.Timestamp(NOW)],
        }
    )
    client.push("spend", frame, wait="online").raise_for_refused()
    answer = client.get_online_features(
        features=["spend:orders", "spend:total"], rows=[{"user_id": 20}, {"user_id": 21}]
    )
    assert answer.to_dict(include_keys=False) == {
        "spend__orders": [4, None],
        "spend__total": [1.5, None],
    }


def test_a_push_of_more_rows_than_a_request_takes_goes_in_several(client: Client) -> None:
    rows = [{"user_id": i, "orders": i, "event_timestamp": NOW} for i in range(1_000, 11_500)]
    first = client.push("spend", rows, wait="online", request_id="many")
    again = client.push("spend", rows, wait="online", request_id="many")
    assert first.ok
    assert len(first.outcomes) == 10_500
    assert first == again
    answer = client.get_online_features(features=["spend:orders"], rows=[{"user_id": 11_499}])
    assert answer.rows[0]["spend__orders"] == 11_499


def test_a_delete_removes_what_is_there(client: Client) -> None:
    client.push("spend", [{"user_id": 30, "orders": 1, "event_timestamp": NOW}], wait="online")
    assert client.delete("spend", [{"user_id": 30}], wait="online").ok
    answer = client.get_online_features(features=["spend:orders"], rows=[{"user_id": 30}])
    assert answer.statuses["spend"] == [Status.NOT_FOUND]


def test_a_view_that_is_not_there_is_named_with_a_hint(client: Client) -> None:
    with pytest.raises(
        NotFoundError, match=r"feature view spent .* Did you mean spend\?"
    ) as missing:
        client.push("spent", [ROW])
    assert missing.value.kind == "FEATURE_VIEW_NOT_FOUND"


def test_materialize_copies_a_source_and_says_how_much(client: Client) -> None:
    run = client.materialize("visits", START, START + timedelta(days=5), progress=False)
    assert (run.rows_read, run.start) == (250, START)
    rest = client.materialize_incremental("visits", progress=False)
    assert rest.rows_read >= 750
    answer = client.get_online_features(
        features=["visits:visits"], rows=[{"user_id": 7}], as_of=START + timedelta(days=20)
    )
    assert answer.rows[0]["visits__visits"] == 719


def test_definitions_are_planned_applied_listed_and_described(client: Client) -> None:
    assert not client.plan(client_view("spend_two").entity)
    plan = client.plan(client_view("spend_two"))
    assert [(change.action, change.name) for change in plan.changes] == [("CREATE", "spend_two")]
    applied = client.apply(client_view("spend_two"), base_version=plan.base_version)
    assert applied.version == plan.base_version + 1
    assert client.list_projects()[client.project] == applied.version
    assert [view.name for view in client.list_feature_views()] == ["spend", "spend_two", "visits"]
    view = client.describe_feature_view("spend")
    assert view.features["embedding"] == "FLOAT_VECTOR(3)"
    assert view.ttl == timedelta(days=400)
    service = client.describe_feature_service("shop_v1")
    assert [use.name for use in service.views] == ["visits", "spend"]
    assert client.describe_entity("user").join_keys == {"user_id": "INT64"}
    with pytest.raises(NotFoundError, match="Did you mean spend"):
        client.describe_feature_view("spent")
    with pytest.raises(ConflictError):
        client.apply(client_view("spend_three"), base_version=plan.base_version)
    assert client.delete_definition("feature_view", "spend_two") == applied.version + 1


def client_view(name: str) -> timewell.FeatureView:
    user = timewell.Entity("user", {"user_id": timewell.INT64})
    return timewell.FeatureView(name, entity=user, features={"orders": timewell.INT64})


def test_a_read_after_a_push_sees_its_rows(client: Client) -> None:
    for orders in range(5):
        row = {"user_id": 77, "orders": orders, "event_timestamp": datetime.now(timezone.utc)}
        pushed = client.push("spend", [row]).raise_for_refused()
        answer = client.get_online_features(
            features=["spend:orders"], rows=[{"user_id": 77}], after=pushed, timeout_s=10
        )
        assert answer.rows == [{"spend__orders": orders}]
