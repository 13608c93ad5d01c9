"""The features of this example in Python: the same definitions as in features.ts."""

from datetime import timedelta

from timewell import (
    DOUBLE,
    INT64,
    STRING,
    Entity,
    Feature,
    FeatureService,
    FeatureView,
    ParquetSource,
)

airport = Entity("airport", {"airport": STRING}, description="An airport, by its IATA code")

route = Entity(
    "route",
    {"origin": STRING, "destination": STRING},
    description="A route from one airport to another",
)

airport_hourly = FeatureView(
    "airport_hourly",
    entity=airport,
    features={
        "departures": Feature(INT64, "Flights that left within the hour"),
        "mean_delay": Feature(DOUBLE, "Mean delay, minutes; early flights count as negative"),
        "share_late": Feature(DOUBLE, "Share of flights more than 15 minutes late, 0 to 1"),
    },
    ttl=timedelta(hours=6),
    source=ParquetSource("airport_hourly.parquet", event_time="event_timestamp"),
    description="Departures of an airport in one hour, known at its end",
)

route_daily = FeatureView(
    "route_daily",
    entity=route,
    features={
        "flights": Feature(INT64, "Flights of the day"),
        "mean_delay": Feature(DOUBLE, "Mean delay, minutes; early flights count as negative"),
        "p90_delay": Feature(DOUBLE, "90th percentile of the delay, minutes"),
    },
    ttl=timedelta(days=3),
    source=ParquetSource("route_daily.parquet", event_time="event_timestamp"),
    description="Flights of a route on one day, known at its end",
)

delay_v1 = FeatureService(
    "delay_v1",
    views=[
        airport_hourly.alias("origin", {"airport": "origin"}),
        airport_hourly.alias("destination", {"airport": "destination"}),
        route_daily,
    ],
    description="Features of the model that predicts whether a flight leaves more than"
    " 15 minutes late",
)
