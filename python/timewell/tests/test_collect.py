"""Definitions of modules and lists as one message."""

from __future__ import annotations

from types import ModuleType

import pytest

from timewell import INT64, STRING, Entity, FeatureService, FeatureView, collect
from timewell.errors import InvalidRequestError

airport = Entity("airport", {"airport": STRING})
hourly = FeatureView("hourly", entity=airport, features={"departures": INT64})
late = FeatureService("late", views=[hourly.alias("origin", {"airport": "origin"})])


def module(**names: object) -> ModuleType:
    """A module with these names."""
    made = ModuleType("features")
    vars(made).update(names)
    return made


WHOLE = collect(airport, hourly, late)


@pytest.mark.parametrize(
    "source",
    [
        module(airport=airport, hourly=hourly, late=late, note="about flights"),
        module(all_of_them=[late, (hourly, {"x": airport})]),
        module(late=late),
        module(_hourly=hourly, late=late, again=late, numbers=[1, 2, None]),
        {"late": late},
        late,
    ],
    ids=["names", "nested", "what a service uses", "twice", "a dict", "a definition"],
)
def test_collect_finds_the_same_in(source: object) -> None:
    assert collect(source) == WHOLE


def test_collect_sorts_by_name() -> None:
    names = ["b", "a", "c"]
    found = collect([Entity(name, {}) for name in names])
    assert [entity.name for entity in found.entities] == ["a", "b", "c"]


def test_collect_leaves_private_names_and_other_modules_alone() -> None:
    other = module(route=Entity("route", {}))
    assert collect(module(_draft=late, other=other, airport=airport)) == collect(airport)


def test_collect_ends_in_a_list_that_holds_itself() -> None:
    items: list[object] = [airport]
    items.append(items)
    assert collect(items) == collect(airport)


def test_collect_refuses_two_different_definitions_of_one_name() -> None:
    with pytest.raises(InvalidRequestError, match="two different ones are called airport"):
        collect(airport, Entity("airport", {}))
    same = Entity("airport", {"airport": STRING})
    assert collect(airport, same) == collect(airport)


def test_collect_refuses_a_module_without_definitions() -> None:
    with pytest.raises(InvalidRequestError, match="there are none"):
        collect(module(note=1, nothing=None))
