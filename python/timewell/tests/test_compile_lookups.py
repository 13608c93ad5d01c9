"""FeatureLookups become the lookups of the contract, or errors in the words of their writers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lookup_snapshot import flights_snapshot
from timewell import FeatureLookup
from timewell._operations.compile_lookups import CompiledLookups, compile_lookups
from timewell._operations.project_types import ProjectTypes
from timewell.errors import TimewellError

DF = ["origin", "destination", "at", "late"]


def compiled(*lookups: FeatureLookup, exclude: list[str] | None = None) -> CompiledLookups:
    return compile_lookups(lookups, DF, exclude or [], ProjectTypes(flights_snapshot()))


def test_lookups_name_view_keys_times_and_features() -> None:
    found = compiled(
        FeatureLookup("airport_hourly", "mean_delay", "origin", timestamp_lookup_key="at"),
        FeatureLookup(
            "airport_hourly@1",
            lookup_key=["destination"],
            timestamp_lookup_key=["at"],
            rename_outputs={"mean_delay": "there_delay", "departures": "there"},
        ),
        FeatureLookup("route_daily"),
    )
    first, second, third = found.lookups.lookups
    assert (first.view, first.alias) == ("airport_hourly", "airport_hourly")
    assert (list(first.features), list(first.lookup_keys)) == (["mean_delay"], ["origin"])
    assert first.event_time_column == "at"
    assert (second.view, second.alias) == ("airport_hourly@1", "airport_hourly_lookup_2")
    assert list(second.features) == ["departures", "mean_delay"]
    assert list(third.lookup_keys) == ["origin", "destination"]
    assert third.event_time_column == ""
    assert found.looks_up_latest
    assert dict(found.names) == {
        **{column: column for column in DF},
        "airport_hourly__mean_delay": "mean_delay",
        "airport_hourly_lookup_2__departures": "there",
        "airport_hourly_lookup_2__mean_delay": "there_delay",
        "route_daily__flights": "flights",
    }
    assert found.feature_names == ("mean_delay", "there", "there_delay", "flights")


def test_excluded_columns_of_df_and_features_are_not_asked_for() -> None:
    lookup = FeatureLookup("airport_hourly", None, "origin", timestamp_lookup_key="at")
    found = compiled(lookup, exclude=["origin", "departures"])
    assert list(found.names.values()) == ["destination", "at", "late", "mean_delay"]
    assert found.feature_names == ("mean_delay",)
    assert not found.looks_up_latest


HOURLY = "airport_hourly"


@pytest.mark.parametrize(
    ("lookups", "field", "text"),
    [
        ([], "feature_lookups", "got no list of FeatureLookup"),
        ([FeatureLookup("airport_hourli")], "[0].table_name", "Did you mean airport_hourly?"),
        ([FeatureLookup("airport_hourly@9")], "[0].table_name", "is no feature view of project"),
        ([FeatureLookup("airport_hourly@x")], "[0].table_name", "is no feature view of project"),
        (
            [FeatureLookup(HOURLY, "mean_dealy", "origin")],
            "[0].feature_names",
            "airport_hourly has no feature 'mean_dealy'. Did you mean mean_delay?",
        ),
        (
            [FeatureLookup(HOURLY, lookup_key=["origin", "destination"])],
            "[0].lookup_key",
            "has the keys airport, lookup_key names 2 columns: origin, destination",
        ),
        (
            [FeatureLookup(HOURLY)],
            "[0].lookup_key",
            "df has no column 'airport', which lookup_key of airport_hourly names",
        ),
        (
            [FeatureLookup(HOURLY, lookup_key="origin", timestamp_lookup_key="att")],
            "[0].timestamp_lookup_key",
            "Did you mean at?",
        ),
        (
            [FeatureLookup(HOURLY, lookup_key="origin"), FeatureLookup(HOURLY, None, "origin")],
            "[1].feature_names",
            "would be column 'departures', which is a feature of airport_hourly already. "
            "Rename it: rename_outputs={'departures': ...}.",
        ),
        (
            [FeatureLookup(HOURLY, None, "origin", rename_outputs={"mean_delay": "late"})],
            "[0].feature_names",
            "would be column 'late', which is a column of df already",
        ),
        (
            [FeatureLookup(HOURLY, "departures", "origin", rename_outputs={"mean_delay": "x"})],
            "[0].rename_outputs",
            "which is not looked up in airport_hourly",
        ),
    ],
)
def test_errors_name_the_argument(lookups: list[FeatureLookup], field: str, text: str) -> None:
    with pytest.raises(TimewellError) as raised:
        compiled(*lookups)
    assert raised.value.field.endswith(field)
    assert text in str(raised.value)
    assert str(raised.value).startswith("Cannot create the training set: ")


def test_unknown_excluded_columns_are_an_error() -> None:
    with pytest.raises(TimewellError, match="exclude_columns names 'origni'") as raised:
        compiled(FeatureLookup(HOURLY, lookup_key="origin"), exclude=["origni"])
    assert raised.value.hint == "Did you mean origin?"


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: FeatureLookup(""), "table_name"),
        (lambda: FeatureLookup("main.features.airport_hourly"), "table_name"),
        (lambda: FeatureLookup(HOURLY, ["a", "a"]), "feature_names"),
        (lambda: FeatureLookup(HOURLY, "a", [""]), "lookup_key"),
        (lambda: FeatureLookup(HOURLY, timestamp_lookup_key=["a", "b"]), "timestamp_lookup_key"),
        (lambda: FeatureLookup(HOURLY, rename_outputs={"a": 1}), "rename_outputs"),  # type: ignore[dict-item]
    ],
)
def test_a_lookup_that_is_wrong_in_itself_is_refused_where_it_is_made(
    make: Callable[[], object], field: str
) -> None:
    with pytest.raises(TimewellError) as raised:
        make()
    assert raised.value.field == field
