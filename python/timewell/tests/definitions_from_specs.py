"""Defines projects that are described as JSON on stdin, and writes what becomes of them to stdout.

apps/cli/src/inputs/definition-languages.test.ts runs it, and defines the same in TypeScript.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta, timezone
from typing import Any, cast

import timewell
from timewell import (
    Aggregate,
    Constraint,
    Count,
    CsvSource,
    Entity,
    Feature,
    FeatureService,
    FeatureView,
    FileSource,
    FreshWithin,
    KafkaStream,
    LastN,
    List,
    Matches,
    NotNull,
    OnDemandFeature,
    OneOf,
    ParquetSource,
    Predicate,
    Range,
    RequestData,
    Schedule,
    ValueType,
    Vector,
    View,
    ViewUse,
    WindowedFeatureView,
    collect,
)
from timewell.errors import TimewellError

Spec = dict[str, Any]


def value_type(text: str) -> ValueType:
    """`double`, `double[]` or `vector 8`."""
    if text.startswith("vector "):
        return Vector(int(text.removeprefix("vector ")))
    scalar: timewell.Scalar = getattr(timewell, text.removesuffix("[]").upper())
    return List(scalar) if text.endswith("[]") else scalar


def given(spec: Spec, *names: str) -> Spec:
    """The parts that are there."""
    return {name: spec[name] for name in names if name in spec}


def milliseconds(spec: Spec, name: str) -> timedelta | None:
    """A duration; None where there is none."""
    return timedelta(milliseconds=spec[name]) if name in spec else None


def labels(spec: Spec) -> Spec:
    """What definitions have for people."""
    return given(spec, "description", "owner", "tags")


def feature(spec: Spec) -> Feature | ValueType:
    """A feature with a description, or its type alone."""
    made = value_type(spec["type"])
    return Feature(made, **given(spec, "description")) if "description" in spec else made


def request_data(spec: Spec) -> RequestData | ValueType:
    """Request data with a description, or their type alone."""
    made = value_type(spec["type"])
    return RequestData(made, **given(spec, "description")) if "description" in spec else made


def source(spec: Spec) -> FileSource:
    """A source."""
    make = CsvSource if spec["format"] == "csv" else ParquetSource
    return make(
        spec["path"],
        event_time=spec["eventTime"],
        created_time=spec.get("createdTime", ""),
        availability_delay=milliseconds(spec, "delayMs"),
        columns=spec.get("columns"),
    )


def stream(spec: Spec) -> KafkaStream:
    """A topic."""
    return KafkaStream(
        spec["topic"],
        format=spec["format"],
        event_time=spec.get("eventTime", ""),
        event_time_unit=spec.get("eventTimeUnit"),
        columns=spec.get("columns"),
        allowed_lateness=milliseconds(spec, "latenessMs"),
        message=spec.get("message", ""),
        descriptor_set=bytes.fromhex(spec.get("descriptorSet", "")),
        delete=spec.get("delete", ""),
    )


def rule_value(spec: Any) -> Any:
    """A value as it is, or the bytes, whole number or time that an object stands for."""
    if not isinstance(spec, dict):
        return spec
    if "bytes" in spec:
        return bytes.fromhex(spec["bytes"])
    if "ms" in spec:
        return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=spec["ms"])
    return int(spec["whole"])


def constraint(spec: Spec) -> Constraint:
    """A rule."""
    options = given(spec, "name", "policy")
    values = [rule_value(value) for value in spec["values"]]
    name = spec["field"]
    if spec["kind"] == "range":
        return Range(name, min=values[0], max=values[1] if len(values) > 1 else None, **options)
    if spec["kind"] == "oneOf":
        return OneOf(name, values, **options)
    if spec["kind"] == "matches":
        return Matches(name, spec["text"], **options)
    if spec["kind"] == "notNull":
        return NotNull(name, **options)
    if spec["kind"] == "predicate":
        return Predicate(spec["text"], **options)
    return FreshWithin(timedelta(milliseconds=spec["durationMs"]), **options)


def aggregate(spec: Spec) -> Aggregate:
    """An aggregate."""
    options = given(spec, "where", "description")
    if spec["kind"] == "count":
        return Count(spec["windows"], **options)
    if spec["kind"] == "lastN":
        return LastN(spec["field"], spec["n"], spec["windows"], **options)
    make = getattr(timewell, spec["kind"].capitalize())
    return cast("Aggregate", make(spec["field"], spec["windows"], **options))


def view(spec: Spec, entities: list[Entity]) -> View:
    """A view."""
    fields = {field["name"]: feature(field) for field in spec["features"]}
    common: Any = {
        "entity": entities[spec["entity"]],
        "source": source(spec["source"]) if "source" in spec else None,
        "stream": stream(spec["stream"]) if "stream" in spec else None,
        "constraints": [constraint(rule) for rule in spec.get("constraints", [])],
        "schedule": (
            Schedule(timedelta(milliseconds=spec["everyMs"])) if "everyMs" in spec else None
        ),
    } | labels(spec)
    if "windows" not in spec:
        ttl = milliseconds(spec, "ttlMs")
        return FeatureView(spec["name"], features=fields, ttl=ttl, **common)
    windows = spec["windows"]
    cut_over_ms = windows.get("cutOverMs")
    return WindowedFeatureView(
        spec["name"],
        events=fields,
        aggregates={each["name"]: aggregate(each) for each in windows["aggregates"]},
        event_id=windows.get("eventId", ""),
        cut_over=None if cut_over_ms is None else rule_value({"ms": cut_over_ms}),
        **common,
    )


def use(spec: Spec, views: list[View]) -> ViewUse:
    """A view as a service uses it."""
    made = ViewUse(views[spec["view"]])
    if "alias" in spec or "joinKeys" in spec:
        made = made.alias(spec.get("alias", ""), spec.get("joinKeys"))
    if "select" in spec:
        made = made.select(*spec["select"])
    return made.version(spec["version"]) if "version" in spec else made


def define(spec: Spec) -> bytes:
    """The bytes of a project."""
    entities = [
        Entity(
            each["name"],
            {key["name"]: value_type(key["type"]) for key in each["keys"]},  # type: ignore[misc]
            **labels(each),
        )
        for each in spec["entities"]
    ]
    views = [view(each, entities) for each in spec["views"]]
    services = [
        FeatureService(
            each["name"],
            views=[use(view, views) for view in each["uses"]],
            request_data={field["name"]: request_data(field) for field in each["requestData"]},
            on_demand={
                field["name"]: OnDemandFeature(
                    value_type(field["type"]), field["expression"], field.get("description", "")
                )
                for field in each["onDemand"]
            },
            **labels(each),
        )
        for each in spec["services"]
    ]
    return collect(entities, views, services).SerializeToString(deterministic=True)


def answer(spec: Spec) -> Spec:
    """The bytes of a project as hex digits, or what is wrong with it."""
    try:
        return {"bytes": define(spec).hex()}
    except TimewellError as error:
        return {"kind": error.kind, "field": error.field}


if __name__ == "__main__":
    json.dump([answer(spec) for spec in json.load(sys.stdin)], sys.stdout)
