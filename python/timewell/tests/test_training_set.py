"""Training sets against a real app: what comes back, for labels of every kind."""

from __future__ import annotations

import pickle
import random
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import csv, feather, parquet

from shop import DAYS, START, USERS, Shop, connect, expected_visits, labels, make_shop
from standalone_app import StandaloneApp
from timewell import INT64, STRING, Entity, FeatureView
from timewell.client import Client
from timewell.errors import InvalidRequestError, NaiveTimestampWarning, NotFoundError
from timewell.labels import ServerPath, StoredLabels

VISITS = ["visits:visits"]


@pytest.fixture(scope="module")
def shop(standalone: StandaloneApp) -> Shop:
    return make_shop(standalone)


@pytest.fixture(scope="module")
def client(shop: Shop) -> Iterator[Client]:
    with shop.connect(progress=False) as client:
        yield client


def visits_of(table: pa.Table) -> list[int | None]:
    rows = table.select(["user_id", "event_timestamp"]).to_pylist()
    return [expected_visits(row["user_id"], row["event_timestamp"]) for row in rows]


def test_each_label_row_comes_back_once_in_order_with_what_was_known_then(client: Client) -> None:
    given = labels(1_000, users=USERS + 5)
    joined = client.get_historical_features(given, features=VISITS)
    table = joined.to_arrow()
    assert table.column_names == ["user_id", "event_timestamp", "label", "visits__visits"]
    assert table.select(given.column_names).equals(given)
    assert table["visits__visits"].to_pylist() == visits_of(given)
    receipt = joined.receipt
    assert receipt.rows == 1_000
    assert receipt.training_set_id == joined.id
    assert receipt.views[0].statuses["PRESENT"] == 910
    assert receipt.columns[0].nulls == 90
    assert receipt.views[0].mode == "EVENT_TIME"


def kinds(folder: Path, given: pa.Table) -> dict[str, Any]:
    parquet.write_table(given, folder / "labels.parquet")
    csv.write_csv(given, folder / "labels.csv")
    feather.write_feather(given, str(folder / "labels.feather"))
    with (
        pa.OSFile(str(folder / "labels.arrow"), "wb") as file,
        pa.ipc.new_stream(file, given.schema) as writer,
    ):
        writer.write_table(given, max_chunksize=100)
    return {
        "pandas": given.to_pandas(),
        "polars": pl.from_arrow(given),
        "pyarrow": given,
        "reader": given.to_reader(max_chunksize=77),
        "batches": iter(given.to_batches(max_chunksize=50)),
        "frames": [given.slice(0, 300).to_pandas(), given.slice(300).to_pandas()],
        "dicts": given.to_pylist(),
        "lists": given.to_pydict(),
        "parquet": folder / "labels.parquet",
        "csv": str(folder / "labels.csv"),
        "feather": folder / "labels.feather",
        "arrow": folder / "labels.arrow",
    }


def test_labels_may_be_of_any_kind(client: Client, shop: Shop, tmp_path: Path) -> None:
    given = labels(500)
    expected = visits_of(given)
    for kind, form in kinds(tmp_path, given).items():
        table = client.get_historical_features(form, features=VISITS).to_arrow()
        assert table["visits__visits"].to_pylist() == expected, kind
        assert table["label"].to_pylist() == given["label"].to_pylist(), kind
        assert table["event_timestamp"].to_pylist() == given["event_timestamp"].to_pylist(), kind
    parquet.write_table(given, shop.app.data_root / "labels_of_server.parquet")
    at_server = ServerPath("labels_of_server.parquet")
    table = client.get_historical_features(at_server, features=VISITS).to_arrow()
    assert table["visits__visits"].to_pylist() == expected


def test_all_forms_of_a_result_are_equal(client: Client, tmp_path: Path) -> None:
    joined = client.get_historical_features(labels(70_000), service="plain_v1", statuses=True)
    table = joined.to_arrow()
    assert pa.Table.from_batches(joined.to_batches()).equals(table)
    assert joined.to_reader().read_all().equals(table)
    assert joined.to_parquet(tmp_path / "set.parquet").rows == 70_000
    assert parquet.read_table(tmp_path / "set.parquet").equals(table)
    assert [path.name for path in tmp_path.iterdir()] == ["set.parquet"]
    assert joined.to_polars().equals(pl.DataFrame(pl.from_arrow(table)))
    frame = joined.to_pandas()
    assert frame["visits__visits"].tolist() == table["visits__visits"].to_pylist()
    assert table["visits__status"].unique().to_pylist() == ["PRESENT"]
    digests = {joined.receipt.digest}
    for _ in range(2):
        joined.to_arrow()
        digests.add(joined.receipt.digest)
    assert len(digests) == 1


def test_columns_of_a_pandas_frame_keep_their_types(client: Client) -> None:
    given = labels(100).to_pandas()
    given["kind"] = pd.Categorical(["a", "b"] * 50, categories=["c", "b", "a"])
    given["weight"] = pd.array([1, None] * 50, dtype="Int64")
    given["local"] = given["event_timestamp"].dt.tz_convert("Europe/Zurich")
    given["day"] = given["event_timestamp"].dt.tz_localize(None).astype("datetime64[ns]")
    given.index = [f"row {i}" for i in range(100)]
    frame = client.get_historical_features(given, features=VISITS).to_pandas()
    assert frame.index.tolist() == list(range(100))
    pd.testing.assert_frame_equal(frame[given.columns], given.reset_index(drop=True))


def test_columns_of_a_polars_frame_keep_their_types(client: Client) -> None:
    given = pl.from_arrow(labels(100)).with_columns(  # type: ignore[union-attr]
        pl.Series("kind", ["a", "b"] * 50, dtype=pl.Categorical)
    )
    frame = client.get_historical_features(given, features=VISITS).to_polars()
    assert frame.select(given.columns).equals(given)
    assert frame.schema["kind"] == pl.Categorical


def test_integers_with_null_stay_exact_in_pandas(client: Client) -> None:
    frame = client.get_historical_features(
        labels(USERS + 1, users=USERS + 1), features=VISITS
    ).to_pandas()
    assert str(frame["visits__visits"].dtype) == "Int64"
    assert str(frame["label"].dtype) == "float64"


def test_no_rows_make_an_empty_table_with_all_columns(client: Client, tmp_path: Path) -> None:
    joined = client.get_historical_features(labels(0), service="plain_v1")
    table = joined.to_arrow()
    assert table.num_rows == 0
    assert table.schema.field("visits__mean_0").type == pa.float64()
    assert list(joined.to_batches()) == []
    assert list(joined.to_pandas().columns) == table.column_names
    assert joined.to_parquet(tmp_path / "empty.parquet").rows == 0
    assert parquet.read_table(tmp_path / "empty.parquet").schema == table.schema


def test_duplicate_labels_are_kept(client: Client) -> None:
    given = pa.concat_tables([labels(3)] * 4)
    table = client.get_historical_features(given, features=VISITS).to_arrow()
    assert table.select(given.column_names).equals(given.combine_chunks())


def test_times_without_zone_are_utc_with_a_warning(client: Client) -> None:
    given = labels(40).to_pandas()
    given["event_timestamp"] = given["event_timestamp"].dt.tz_localize(None)
    with pytest.warns(NaiveTimestampWarning, match="read as UTC") as caught:
        joined = client.get_historical_features(given, features=VISITS)
    assert caught[0].filename == __file__
    assert joined.to_arrow()["visits__visits"].to_pylist() == visits_of(labels(40))
    assert any("UTC" in warning for warning in joined.receipt.warnings)


def test_wrong_labels_are_named_before_anything_is_sent(client: Client) -> None:
    frame = labels(3).to_pandas()
    ask = client.get_historical_features
    wrong: list[tuple[Any, str]] = [
        (frame.rename(columns={"event_timestamp": "ts"}), r"Did you mean event_time_column='ts'"),
        (frame.assign(event_timestamp="now"), r"column 'event_timestamp' has type .*string"),
        (frame.assign(event_timestamp=5), r"unit='s'"),
        (frame.assign(label=[1, "one", 2.0]), r"'label' .* mixed types, int in row 0 and str in"),
        (pd.concat([frame, frame["label"]], axis=1), r"'label' is there more than once"),
        (frame.assign(label=[{"a": 1}] * 3), r"'label' has type struct"),
        (
            frame.assign(event_timestamp=[*frame["event_timestamp"][:2], pd.NaT]),
            r"row 2 .* no event",
        ),
        (17, r"got int, expected a table"),
        ([], r"got no batches"),
    ]
    for given, message in wrong:
        with pytest.raises(InvalidRequestError, match=message) as error:
            ask(given, features=VISITS)
        assert error.value.kind == "INVALID_LABELS"
    with pytest.raises(NotFoundError, match="ServerPath"):
        ask("labels/2026.parquet", features=VISITS)


def test_errors_of_the_server_are_raised_by_what_reads(client: Client) -> None:
    unknown = client.get_historical_features(labels(3), features=["visits:visit"])
    with pytest.raises(NotFoundError, match="visits") as missing:
        unknown.to_pandas()
    assert missing.value.kind == "FEATURE_NOT_FOUND"
    no_key = client.get_historical_features(labels(3).drop(["user_id"]), features=VISITS)
    with pytest.raises(InvalidRequestError, match="user_id"):
        no_key.to_arrow()
    with pytest.raises(InvalidRequestError, match="was not read to its end"):
        _ = no_key.receipt


def test_columns_order_ages_and_one_instant(client: Client) -> None:
    given = labels(60)
    picked = client.get_historical_features(
        given, features=VISITS, columns=["visits__visits", "label"], order="event_time"
    ).to_arrow()
    assert picked.column_names == ["visits__visits", "label"]
    by_time = given.append_column("n", pa.array(range(60))).sort_by(
        [("event_timestamp", "ascending"), ("n", "ascending")]
    )
    assert picked["label"].to_pylist() == by_time["label"].to_pylist()
    tight = client.get_historical_features(
        given, features=VISITS, max_age=timedelta(hours=11), statuses=True
    ).to_arrow()
    assert set(tight["visits__status"].to_pylist()) == {"EXPIRED"}
    keys = given.select(["user_id"])
    at_once = client.get_batch_features(
        keys, features=VISITS, as_of=START + timedelta(days=3)
    ).to_arrow()
    assert at_once["visits__visits"].to_pylist() == [
        100 * user + 3 for user in keys["user_id"].to_pylist()
    ]


def test_shards_make_up_the_whole_also_in_threads(client: Client) -> None:
    given = labels(1_003)
    joined = client.get_historical_features(given, features=VISITS)
    parts = joined.shards(4)
    tables: dict[int, pa.Table] = {}
    threads = [
        threading.Thread(target=lambda i=i: tables.update({i: parts[i].to_arrow()}))
        for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({part.id for part in parts}) == 1
    assert [tables[i].num_rows for i in range(4)] == [250, 251, 251, 251]
    assert pa.concat_tables([tables[i] for i in range(4)]).equals(joined.to_arrow())
    with pytest.raises(InvalidRequestError, match="shard 4 of 4"):
        joined.shard(4, 4)
    with pytest.raises(InvalidRequestError, match="shard of a shard"):
        parts[0].shard(0, 2)


def test_a_pickled_training_set_reads_the_same(client: Client) -> None:
    joined = client.get_historical_features(labels(200), features=VISITS)
    copy = pickle.loads(pickle.dumps(joined.shard(1, 2)))
    assert copy.to_arrow().equals(joined.to_arrow().slice(100).combine_chunks())
    assert copy.id == joined.id


def test_predictions_come_with_their_keys(client: Client) -> None:
    class Doubled:
        feature_names_in_ = ("visits__mean_1", "visits__visits")

        def predict(self, frame: pd.DataFrame) -> Any:
            assert list(frame.columns) == list(self.feature_names_in_)
            return frame["visits__visits"].fillna(0) * 2

    keys = labels(70_000).select(["user_id"])
    frame = client.score_batch(
        Doubled(), keys, service="plain_v1", as_of=START + timedelta(days=2), prediction="p"
    )
    assert list(frame.columns) == ["user_id", "p"]
    assert frame["p"].tolist() == [2 * (100 * user + 2) for user in keys["user_id"].to_pylist()]
    plain = client.score_batch(
        lambda inputs: inputs["visits__visits"], keys.slice(0, 2), features=VISITS
    )
    assert len(plain) == 2


def test_stored_training_sets_are_listed_described_rebuilt_and_compared(client: Client) -> None:
    given = labels(300)
    joined = client.get_historical_features(given, service="plain_v1")
    table = joined.to_arrow()
    record = client.training_sets.describe(joined.id[:12])
    assert (record.id, record.rows, record.labels_kept) == (joined.id, 300, True)
    assert record.receipts[0] == joined.receipt
    assert record.snapshot.source_files[0].path.endswith(".parquet")
    assert joined.id in [it.id for it in client.training_sets.list(service="plain_v1")]
    again = client.training_sets.rebuild(joined.id)
    assert again.to_arrow().equals(table)
    assert again.receipt.digest == joined.receipt.digest
    other = client.get_historical_features(
        given, service="plain_v1", keep_labels=False, mode="EVENT_TIME", max_age=timedelta(days=1)
    )
    other.to_arrow()
    differences = client.training_sets.diff(joined.id, other.id)
    assert "request.max_age_ms" in [difference.path for difference in differences]
    same_labels = StoredLabels(joined.receipt.labels_digest)
    assert client.snapshots.list().count(joined.snapshot_id) == 1
    assert client.snapshots.describe(joined.snapshot_id[:10]) == record.snapshot
    with pytest.raises(NotFoundError, match="snapshot 'none'"):
        client.snapshots.describe("none")
    assert client.get_historical_features(same_labels, service="plain_v1").to_arrow().equals(table)


def test_keys_of_text_in_csv_files_stay_text(standalone: StandaloneApp, tmp_path: Path) -> None:
    code = Entity("code", {"code": STRING})
    view = FeatureView("named", entity=code, features={"n": INT64})
    (tmp_path / "labels.csv").write_text("code,event_timestamp\n007,2100-01-01T00:00:00Z\n")
    with connect(standalone, "codes", progress=False) as client:
        client.apply(view)
        now = datetime.now(timezone.utc)
        client.push("named", [{"code": "007", "n": 7, "event_timestamp": now}], wait="online")
        joined = client.get_historical_features(tmp_path / "labels.csv", features=["named:n"])
        assert joined.to_arrow().select(["code", "named__n"]).to_pylist() == [
            {"code": "007", "named__n": 7}
        ]
        # A view of pushed rows knows when they could be read first.
        assert joined.receipt.views[0].mode == "AVAILABLE"


def test_random_labels_come_back_as_they_are(client: Client) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201
    draw = random.Random(seed)
    for _ in range(5):
        given = random_labels(draw)
        joined = client.get_historical_features(given, features=VISITS)
        table = joined.to_arrow()
        assert table.select(given.column_names).to_pylist() == given.to_pylist()
        assert table["visits__visits"].to_pylist() == visits_of(given)


def random_labels(draw: random.Random) -> pa.Table:
    rows = draw.randrange(200)
    columns: dict[str, Any] = {
        "user_id": pa.array([draw.randrange(-3, USERS + 3) for _ in range(rows)], pa.int64()),
        "event_timestamp": pa.array(
            [random_time(draw) for _ in range(rows)], pa.timestamp("us", "UTC")
        ),
    }
    makers: dict[str, tuple[pa.DataType, Any]] = {
        "text": (pa.string(), lambda: draw.choice(["", "ü", "a" * 40, "日本"])),
        "large": (pa.large_string(), lambda: str(draw.random())),
        "flag": (pa.bool_(), lambda: draw.random() < 0.5),
        "tiny": (pa.int8(), lambda: draw.randrange(-128, 128)),
        "big": (pa.uint64(), lambda: draw.randrange(2**64)),
        "number": (pa.float64(), lambda: draw.choice([0.0, -0.0, 1e300, draw.random()])),
        "small": (pa.float32(), lambda: float(draw.randrange(100))),
        "bytes": (pa.binary(), lambda: draw.randbytes(draw.randrange(5))),
        "list": (
            pa.list_(pa.int64()),
            lambda: [draw.randrange(9) for _ in range(draw.randrange(4))],
        ),
        "day": (pa.date32(), lambda: random_time(draw).date()),
        "naive": (
            pa.timestamp("ms"),
            lambda: random_time(draw).replace(tzinfo=None, microsecond=0),
        ),
    }
    for name in draw.sample(sorted(makers), draw.randrange(len(makers))):
        kind, make = makers[name]
        values = [None if draw.random() < 0.2 else make() for _ in range(rows)]
        columns[name] = pa.array(values, kind)
    names = list(columns)
    draw.shuffle(names)
    return pa.table({name: columns[name] for name in names})


def random_time(draw: random.Random) -> datetime:
    return START + timedelta(
        microseconds=draw.randrange(-86_400_000_000, (DAYS + 15) * 86_400_000_000)
    )
