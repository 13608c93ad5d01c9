"""Training sets in the form of Databricks, against a real app."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from shop import DAYS, START, Shop, expected_visits, make_shop
from standalone_app import StandaloneApp
from timewell import Client, FeatureLookup, NaiveTimestampWarning, TimewellError
from timewell.errors import InvalidRequestError, NotFoundError

VISITS = ["visits", "mean_0"]


@pytest.fixture(scope="module")
def shop(standalone: StandaloneApp) -> Shop:
    return make_shop(standalone)


@pytest.fixture(scope="module")
def client(shop: Shop) -> Iterator[Client]:
    with shop.connect() as client:
        yield client


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def labels() -> pd.DataFrame:
    """Buyers and sellers, each with times of their own; one user is not there."""
    frame: pd.DataFrame = pd.DataFrame(
        {
            "buyer": [1, 2, 3, 999],
            "seller": [4, 5, 6, 7],
            "bought_at": pd.to_datetime([day(3.5), day(4.5), day(12.5), day(5.5)]),
            "listed_at": pd.to_datetime([day(1.5), day(2.5), day(2.5), day(-5)]),
            "is_fraud": [True, False, False, True],
        }
    )
    return frame


def lookup(key: str, **options: Any) -> FeatureLookup:
    return FeatureLookup("visits", options.pop("names", VISITS), key, **options)


def visits_at(users: Any, times: Any) -> list[int | None]:
    pairs = zip(users, times, strict=True)
    return [expected_visits(int(user), at.to_pydatetime()) for user, at in pairs]


def test_each_lookup_has_keys_and_times_of_its_own(client: Client) -> None:
    df = labels()
    training_set = client.create_training_set(
        df,
        feature_lookups=[
            lookup("buyer", timestamp_lookup_key="bought_at"),
            lookup(
                "seller",
                timestamp_lookup_key="listed_at",
                rename_outputs={"visits": "seller_visits", "mean_0": "seller_mean"},
            ),
        ],
        label="is_fraud",
        exclude_columns=["buyer", "seller"],
    )
    frame = training_set.load_df()
    features = ["visits", "mean_0", "seller_visits", "seller_mean"]
    assert list(frame.columns) == ["bought_at", "listed_at", "is_fraud", *features]
    assert list(frame.columns) == list(training_set.columns)
    assert training_set.label == ("is_fraud",)
    assert training_set.inputs == ("bought_at", "listed_at", *features)
    assert training_set.feature_names == tuple(features)
    own = ["bought_at", "listed_at", "is_fraud"]
    pd.testing.assert_frame_equal(frame[own], df[own])
    plain = [None if pd.isna(value) else int(value) for value in frame["visits"]]
    assert plain == visits_at(df["buyer"], df["bought_at"])
    plain = [None if pd.isna(value) else int(value) for value in frame["seller_visits"]]
    assert plain == visits_at(df["seller"], df["listed_at"])
    assert plain[3] is None, "before history begins"
    receipt = training_set.receipt
    assert [view.name for view in receipt.views] == ["visits", "visits_lookup_2"]
    assert receipt.training_set_id == training_set.id


def test_without_times_the_latest_value_is_looked_up(client: Client) -> None:
    df = labels().drop(columns=["bought_at", "is_fraud"])
    training_set = client.create_training_set(
        df,
        [
            lookup("buyer", names="visits"),
            lookup(
                "seller",
                names="visits",
                timestamp_lookup_key="listed_at",
                rename_outputs={"visits": "then"},
            ),
        ],
        as_of=day(7.5),
    )
    table = training_set.to_arrow()
    assert training_set.label == ()
    assert table["visits"].to_pylist() == [107, 207, 307, None]
    assert table["then"].to_pylist() == visits_at(df["seller"], df["listed_at"])
    now = client.create_training_set(df[["buyer"]], [lookup("buyer", names="visits")])
    old = datetime.now(timezone.utc) > day(DAYS + 10)
    assert now.to_arrow()["visits"].null_count == (4 if old else 1), "its ttl is over"


def test_every_kind_of_table_goes_in_and_comes_out(client: Client, tmp_path: Path) -> None:
    given = pa.table(
        {
            "user_id": pa.array([1, 2], pa.int64()),
            "at": pa.array([day(1.5), day(2.5)], pa.timestamp("us", "UTC")),
        }
    )
    path = tmp_path / "labels.parquet"
    parquet.write_table(given, path)
    text = tmp_path / "labels.csv"
    text.write_text("user_id,at\n1,2026-01-02T12:00:00Z\n2,2026-01-03T12:00:00Z\n")
    # Named as the key, so that it need not be named.
    lookups = [FeatureLookup("visits", "visits", timestamp_lookup_key="at")]
    kinds: list[Any] = [
        given,
        given.to_pandas(),
        pl.from_arrow(given),
        given.to_pylist(),
        text,
        path,
    ]
    for df in kinds:
        training_set = client.create_training_set(df, lookups)
        assert training_set.to_polars()["visits"].to_list() == [101, 202]
    out = tmp_path / "out.parquet"
    receipt = training_set.to_parquet(out)
    assert receipt.rows == 2
    assert parquet.read_table(out).column_names == ["user_id", "at", "visits"]
    assert parquet.read_table(out) == training_set.to_arrow()
    batches = list(training_set.to_batches())
    assert pa.Table.from_batches(batches) == training_set.to_arrow()
    assert training_set.to_pandas()["visits"].tolist() == [101, 202]
    assert "columns=['user_id', 'at', 'visits']" in repr(training_set)
    empty = client.create_training_set(given.slice(0, 0), lookups)
    assert empty.load_df().empty
    assert empty.to_parquet(out).rows == 0
    assert parquet.read_table(out).column_names == ["user_id", "at", "visits"]


def test_times_without_a_zone_are_utc_with_a_warning(client: Client) -> None:
    df = pd.DataFrame({"user_id": [1], "at": pd.to_datetime(["2026-01-03T12:00:00"])})
    with pytest.warns(NaiveTimestampWarning):
        training_set = client.create_training_set(
            df, [FeatureLookup("visits", "visits", timestamp_lookup_key="at")]
        )
    assert training_set.load_df()["visits"].tolist() == [102]


@pytest.mark.parametrize(
    ("changes", "kind", "text"),
    [
        ({"label": "fraud"}, InvalidRequestError, "df has no column 'fraud', which label names"),
        ({"label": 3}, InvalidRequestError, "label is 3, expected a column of df"),
        ({"feature_lookups": []}, InvalidRequestError, "got no list of FeatureLookup"),
        ({"feature_lookups": ["visits"]}, InvalidRequestError, "got no list of FeatureLookup"),
        ({"feature_lookups": lookup("buyer")}, InvalidRequestError, "got no list of FeatureLookup"),
        (
            {"feature_lookups": [FeatureLookup("visit", "visits", "buyer")]},
            NotFoundError,
            "table_name 'visit' is no feature view of project",
        ),
        ({"exclude_columns": ["sold_at"]}, InvalidRequestError, "exclude_columns names 'sold_at'"),
        ({"df": 3}, InvalidRequestError, "got int, expected a table"),
    ],
)
def test_what_does_not_fit_is_said_in_the_words_of_the_call(
    client: Client, changes: dict[str, Any], kind: type[TimewellError], text: str
) -> None:
    given: dict[str, Any] = {
        "df": labels(),
        "feature_lookups": [lookup("buyer", timestamp_lookup_key="bought_at")],
        "label": "is_fraud",
    }
    with pytest.raises(kind) as raised:
        client.create_training_set(**(given | changes))
    assert text in str(raised.value)


def test_keys_of_another_type_are_refused_by_the_server(client: Client) -> None:
    df = labels().assign(buyer=["a", "b", "c", "d"])
    training_set = client.create_training_set(
        df, [lookup("buyer", timestamp_lookup_key="bought_at")]
    )
    with pytest.raises(InvalidRequestError, match="buyer"):
        training_set.load_df()
