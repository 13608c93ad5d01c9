"""The definition language: what it compiles to is compared with TypeScript by libs/sdk/define."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import PurePosixPath
from typing import Any, cast

import pytest

from timewell import (
    BOOL,
    DOUBLE,
    INT64,
    STRING,
    TIMESTAMP,
    Count,
    CsvSource,
    Entity,
    Feature,
    FeatureService,
    FeatureView,
    FreshWithin,
    KafkaStream,
    LastN,
    List,
    Mean,
    NotNull,
    OnDemandFeature,
    OneOf,
    ParquetSource,
    Range,
    RequestData,
    Schedule,
    Vector,
    WindowedFeatureView,
)
from timewell.errors import InvalidRequestError, NotFoundError

airport = Entity("airport", {"airport": STRING}, owner="ops")
hourly = FeatureView(
    "airport_hourly",
    entity=airport,
    features={"departures": INT64, "mean_delay": Feature(DOUBLE, "Minutes"), "last": List(DOUBLE)},
    ttl=timedelta(hours=6),
    source=ParquetSource(PurePosixPath("a/hourly"), event_time="hour", columns={"airport": "iata"}),
)


def view(**other: Any) -> FeatureView:
    """A view with some parts changed."""
    parts: dict[str, Any] = {"entity": airport, "features": {"n": INT64}}
    return FeatureView("v", **(parts | other))


def service(**other: Any) -> FeatureService:
    """A service with some parts changed."""
    parts: dict[str, Any] = {"views": [hourly.alias("origin", {"airport": "start"})]}
    return FeatureService("s", **(parts | other))


def test_a_view_keeps_the_order_of_its_features_and_takes_paths() -> None:
    message = hourly.to_message()
    assert [feature.name for feature in message.features] == ["departures", "mean_delay", "last"]
    assert message.ttl_ms == 21_600_000
    assert message.batch_source.path == "a/hourly"
    assert not message.batch_source.HasField("availability_delay_ms")


def test_a_delay_of_zero_is_declared() -> None:
    source = CsvSource("weather.csv", event_time="at", availability_delay=timedelta(0))
    message = view(source=source).to_message()
    assert message.batch_source.HasField("availability_delay_ms")


def test_constraints_have_names_and_take_values_in_the_type_of_their_field() -> None:
    rules = [
        Range("n", min=1),
        OneOf("airport", ["SEA"], policy="count"),
        FreshWithin(timedelta(hours=1), name="fresh"),
    ]
    first, second, third = view(constraints=rules).to_message().constraints
    assert (first.name, first.range.min.int64_value) == ("n_range", 1)
    assert not first.range.HasField("max")
    assert (second.name, second.one_of.values[0].string_value) == ("airport_one_of", "SEA")
    assert (third.name, third.fresh_within_ms) == ("fresh", 3_600_000)


def test_a_time_of_a_constraint_needs_a_zone() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    view(
        features={"at": TIMESTAMP},
        constraints=[Range("at", min=naive.replace(tzinfo=timezone.utc))],
    )
    with pytest.raises(InvalidRequestError, match="a datetime with a zone"):
        view(features={"at": TIMESTAMP}, constraints=[Range("at", min=naive)])


def windowed(**other: Any) -> WindowedFeatureView:
    """A windowed view with some parts changed."""
    parts: dict[str, Any] = {
        "entity": airport,
        "events": {"flight_id": STRING, "delay": Feature(DOUBLE, "Minutes")},
        "aggregates": {"flights": Count(["1h", "lifetime"])},
    }
    return WindowedFeatureView("w", **(parts | other))


def test_a_windowed_view_has_a_feature_of_each_aggregate_and_window() -> None:
    made = windowed(
        aggregates={
            "flights": Count(["1h", "lifetime"], description="Flights that left"),
            "mean_delay": Mean("delay", ["24h"], where="delay > 0.0"),
            "last_flights": LastN("flight_id", 3, ["7d"]),
        },
        event_id="flight_id",
        cut_over=datetime(2026, 1, 1, tzinfo=timezone.utc),
    )
    names = ["flights_1h", "flights_lifetime", "mean_delay_24h", "last_flights_7d"]
    assert made.feature_names() == names
    message = made.to_message()
    assert [feature.aggregate.window_ms for feature in message.features] == [
        3_600_000,
        0,
        86_400_000,
        604_800_000,
    ]
    assert (message.features[2].aggregate.filter, message.features[3].aggregate.n) == (
        "delay > 0.0",
        3,
    )
    assert (message.event_id_field, message.cut_over_us) == ("flight_id", 1_767_225_600_000_000)
    use = made.select("mean_delay_24h").alias("origin", {"airport": "origin"})
    assert list(use.to_message().features) == ["mean_delay_24h"]
    with pytest.raises(NotFoundError, match="no such feature"):
        made.select("mean_delay")


def test_uses_of_a_view_leave_the_view_alone() -> None:
    first = hourly.alias("origin", {"airport": "origin"})
    second = first.select("mean_delay").version(2).alias("destination")
    assert first.name == "origin"
    assert second.to_message().join_key_mapping == {"airport": "origin"}
    assert (second.name, second.to_message().version) == ("destination", 2)
    assert second.view is hourly
    assert repr(second) == "ViewUse('airport_hourly', name='destination')"
    assert not first.to_message().features


def test_definitions_give_a_message_of_their_own_each_time() -> None:
    airport.to_message().owner = "me"
    hourly.alias("origin").to_message().alias = "other"
    assert airport.to_message().owner == "ops"


def test_definitions_keep_what_they_were_made_of() -> None:
    features: dict[str, Any] = {"n": INT64}
    columns = {"n": "N"}
    views = [view(features=features, source=CsvSource("a", event_time="t", columns=columns))]
    made = service(views=views)
    before = (views[0].to_message(), made.to_message())
    features["m"] = DOUBLE
    columns["m"] = "M"
    first = views.pop()
    assert (first.to_message(), made.to_message()) == before


def test_definitions_survive_pickling() -> None:
    copy = pickle.loads(pickle.dumps(service()))
    assert copy.to_message() == service().to_message()


def test_types_are_values() -> None:
    assert List(DOUBLE) == List(DOUBLE)
    assert len({Vector(8), Vector(8), Vector(9)}) == 2
    assert repr(List(DOUBLE)) == "List(element=DOUBLE)"


WRONG: list[tuple[str, Callable[[], object], str]] = [
    (
        "a key type that keys cannot have",
        lambda: Entity("e", {"k": DOUBLE}),
        r"entities\[e\]\.join_keys\[k\]\.type: got DOUBLE, expected one of BOOL",
    ),
    (
        "keys that are no mapping",
        lambda: Entity("e", cast("Any", ["k"])),
        r"entities\[e\]\.join_keys: got \['k'\], expected a mapping",
    ),
    (
        "a list of lists",
        lambda: List(cast("Any", List(INT64))),
        r"List: got List\(element=INT64\), expected the type of a single value",
    ),
    ("a vector without elements", lambda: Vector(0), "from 1 to 65,536"),
    ("a vector of True elements", lambda: Vector(cast("Any", True)), "got True"),
    (
        "a type of another library",
        lambda: view(features={"n": int}),
        r"features\[n\]\.type: got <class 'int'>.*Import the types from timewell",
    ),
    (
        "features that are no mapping",
        lambda: view(features=[INT64]),
        "expected a mapping of name to type",
    ),
    (
        "the name of an entity",
        lambda: view(entity="airport"),
        r"feature_views\[v\]\.entity: got 'airport', expected an Entity",
    ),
    (
        "a ttl as text",
        lambda: view(ttl="6h"),
        r"feature_views\[v\]\.ttl: got '6h', expected a timedelta\. Write it like",
    ),
    ("a negative ttl", lambda: view(ttl=timedelta(hours=-1)), "whole milli"),
    (
        "a ttl of half a millisecond",
        lambda: view(ttl=timedelta(microseconds=500)),
        "whole milliseconds",
    ),
    ("a path as source", lambda: view(source="a.parquet"), "a ParquetSource"),
    (
        "a delay as a number",
        lambda: view(source=CsvSource("a", event_time="t", availability_delay=cast("Any", 5))),
        r"availability_delay: got 5, expected a timedelta",
    ),
    ("a description of bytes", lambda: view(description=b"x"), "expected text"),
    ("half a character", lambda: view(owner="\ud800"), "UTF-8"),
    ("tags that are a list", lambda: view(tags=["a"]), "text to text"),
    (
        "an unknown join key",
        lambda: hourly.alias("a", {"airprt": "x"}),
        "no join key airprt. Did you mean airport?",
    ),
    ("no feature", lambda: hourly.select(), "at least one feature"),
    ("version 0", lambda: hourly.version(0), "a whole number from 1"),
    ("one view instead of a list", lambda: service(views=hourly), "expected a list of views"),
    (
        "an entity among the views",
        lambda: service(views=[airport]),
        r"views\[0\]: got Entity\(.*expected a FeatureView",
    ),
    (
        "an expression alone",
        lambda: service(on_demand={"x": "1 + 1"}),
        r"on_demand_features\[x\]: got '1 \+ 1', expected an OnDemandFeature",
    ),
    (
        "a stream of another kind",
        lambda: view(stream="topic"),
        r"feature_views\[v\].stream_source: got 'topic'",
    ),
    (
        "a stream in another format",
        lambda: view(stream=KafkaStream("t", format=cast("Any", "avro"))),
        r"stream_source.format: got 'avro', expected one of json, protobuf",
    ),
    (
        "a schedule of another kind",
        lambda: view(schedule=timedelta(hours=1)),
        r"schedule: got datetime.timedelta\(seconds=3600\), expected a Schedule",
    ),
    (
        "a schedule without a duration",
        lambda: view(schedule=Schedule(cast("Any", "1h"))),
        r"schedule.every: got '1h'",
    ),
    (
        "constraints that are no list",
        lambda: view(constraints=NotNull("n")),
        r"constraints: got NotNull",
    ),
    (
        "a constraint of another kind",
        lambda: view(constraints=["n > 0"]),
        r"constraints: got 'n > 0', expected a constraint",
    ),
    (
        "a constraint with another policy",
        lambda: view(constraints=[NotNull("n", policy=cast("Any", "warn"))]),
        r"constraints\[n_not_null\].policy: got 'warn'",
    ),
    (
        "a constraint of a field that is not there",
        lambda: view(constraints=[NotNull("m")]),
        r"constraints\[m_not_null\].field: got 'm', expected airport, n",
    ),
    (
        "a value of another type",
        lambda: view(constraints=[OneOf("n", [1, "2"])]),
        r"one_of.values\[1\]: got '2', expected a whole number of 64 bits",
    ),
    (
        "an aggregate of a field that is not there",
        lambda: windowed(aggregates={"m": Mean("dep_delay", ["1h"])}),
        r"feature_views\[w\].features\[m_1h\].aggregate.input: got 'dep_delay'",
    ),
    (
        "a window that cannot be read",
        lambda: windowed(aggregates={"m": Mean("delay", ["1.5h"])}),
        r"aggregate.window_ms: got '1.5h', expected a window like 15m",
    ),
    (
        "one window instead of a list",
        lambda: windowed(aggregates={"m": Mean("delay", cast("Any", "1h"))}),
        r"Mean.windows: got '1h', expected a list of windows",
    ),
    (
        "an aggregate of another kind",
        lambda: windowed(aggregates={"m": "mean"}),
        r"aggregates\[m\]: got 'mean', expected an aggregate",
    ),
    (
        "the latest events of no number",
        lambda: windowed(aggregates={"m": LastN("delay", cast("Any", "3"), ["1h"])}),
        r"aggregate.n: got '3', expected a whole number",
    ),
    (
        "a list of lists of the latest events",
        lambda: windowed(events={"path": List(INT64)}, aggregates={"m": LastN("path", 3, ["1h"])}),
        r"aggregate.input: got 'path', expected a field of a single value",
    ),
    (
        "a cut-over without a zone",
        lambda: windowed(cut_over=datetime(2026, 1, 1)),  # noqa: DTZ001
        r"cut_over: got datetime.datetime\(2026, 1, 1, 0, 0\), expected a datetime with a zone",
    ),
    (
        "aggregates that are no mapping",
        lambda: windowed(aggregates=[Count(["1h"])]),
        r"aggregates: got \[Count.*expected a mapping",
    ),
]


@pytest.mark.parametrize(("make", "message"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_refuses(make: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message) as caught:
        make()
    assert caught.value.kind == "INVALID_DEFINITION"
    assert caught.value.hint


def test_refuses_a_feature_that_the_view_does_not_have() -> None:
    with pytest.raises(NotFoundError, match="Did you mean mean_delay") as caught:
        hourly.select("median_delay")
    assert caught.value.kind == "FEATURE_NOT_FOUND"


@pytest.mark.parametrize("name", ["origin", "start", "planned", "planned_"])
def test_refuses_on_demand_features_whose_names_are_taken(name: str) -> None:
    on_demand = {name: OnDemandFeature(BOOL, "true")}
    with pytest.raises(InvalidRequestError, match="has this name, or one with the same") as caught:
        service(request_data={"planned": RequestData(INT64, "Minutes")}, on_demand=on_demand)
    assert caught.value.kind == "INVALID_NAME"
    assert caught.value.field == f"feature_services[s].on_demand_features[{name}].name"
