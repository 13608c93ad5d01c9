"""Features in, probability out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TypedDict

from .gen.delay_v1_client import (
    DelayV1Client,
    DelayV1Keys,
    DelayV1Row,
    DelayV1Status,
    DelayV1View,
    delay_v1_status,
)
from .gen.timewell.features.flights.delay_v1.messages_pb2 import AirportHourlyV1, RouteDailyV1
from .model import Model

_VIEWS: tuple[DelayV1View, ...] = ("origin", "destination", "route_daily")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_AIRPORT = re.compile(r"[A-Z]{3}")
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d)?(\.\d{1,3})?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)


class BadRequest(Exception):
    """The caller's fault; the text says what is wrong."""


class Prediction(TypedDict):
    """The answer to POST /predict; the README tells what its fields are."""

    probability: float
    features: dict[str, float | int | None]
    statuses: dict[DelayV1View, DelayV1Status]
    imputed: list[str]
    served_at: str
    service_revision: int


@dataclass(frozen=True)
class Flight:
    """A flight to predict for; airports by their IATA codes, the departure in µs since 1970, UTC."""

    origin: str
    destination: str
    departure_us: int

    @staticmethod
    def from_json(body: object) -> Flight:
        """Reads the body of POST /predict. Raises BadRequest naming the field."""
        if not isinstance(body, dict):
            raise BadRequest("Cannot read the body: expected an object")
        return Flight(_airport(body, "origin"), _airport(body, "destination"), _instant_us(body, "departure"))


def _airport(body: dict[str, object], name: str) -> str:
    value = body.get(name)
    if isinstance(value, str) and _AIRPORT.fullmatch(value):
        return value
    raise BadRequest(f"Cannot use {name}: expected the code of an airport, like SEA")


def _instant_us(body: dict[str, object], name: str) -> int:
    value = body.get(name)
    match = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    try:
        if match is not None and not (match[2] is None and match[3]):
            fraction = (match[3] or ".").ljust(7, "0")
            zone = "+00:00" if match[4] == "Z" else match[4]
            instant = datetime.fromisoformat(f"{match[1]}{match[2] or ':00'}{fraction}{zone}")
            return (instant - _EPOCH) // timedelta(microseconds=1)
    except ValueError:
        pass
    raise BadRequest(f"Cannot use {name}: expected a time with its zone, like 2001-01-03T10:00:00Z")


def predict(client: DelayV1Client, model: Model, flight: Flight, timeout_s: float) -> Prediction:
    """Reads the features of a flight as of its departure, and predicts. Raises grpc.RpcError where they cannot be read."""
    answer = client.get(
        [DelayV1Keys(origin=flight.origin, destination=flight.destination)],
        as_of_us=flight.departure_us,
        allow_partial=True,
        timeout_s=timeout_s,
    )
    row = answer.rows[0]
    features = _inputs(row)
    served_at = _EPOCH + timedelta(microseconds=answer.served_at_us)
    return {
        "probability": model.probability(features),
        "features": features,
        "statuses": {view: delay_v1_status(row, view) for view in _VIEWS},
        "imputed": [name for name, value in features.items() if value is None],
        "served_at": served_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "service_revision": answer.service_revision,
    }


def _inputs(row: DelayV1Row) -> dict[str, float | int | None]:
    """The inputs of the model from a typed row. A view that is not PRESENT is an empty message: each of its features is NULL."""
    return {
        **_airport_inputs("origin", row.origin),
        **_airport_inputs("destination", row.destination),
        **_route_inputs(row.route_daily),
    }


def _airport_inputs(name: str, hourly: AirportHourlyV1) -> dict[str, float | int | None]:
    return {
        f"{name}__departures": hourly.departures if hourly.HasField("departures") else None,
        f"{name}__mean_delay": hourly.mean_delay if hourly.HasField("mean_delay") else None,
        f"{name}__share_late": hourly.share_late if hourly.HasField("share_late") else None,
    }


def _route_inputs(daily: RouteDailyV1) -> dict[str, float | int | None]:
    return {
        "route_daily__flights": daily.flights if daily.HasField("flights") else None,
        "route_daily__mean_delay": daily.mean_delay if daily.HasField("mean_delay") else None,
        "route_daily__p90_delay": daily.p90_delay if daily.HasField("p90_delay") else None,
    }
