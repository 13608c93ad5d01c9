"""A project for the tests of the client.

One view of pushed rows, one of a file, a service of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from standalone_app import StandaloneApp
from timewell import (
    BOOL,
    DOUBLE,
    INT64,
    STRING,
    TIMESTAMP,
    Entity,
    FeatureService,
    FeatureView,
    List,
    OnDemandFeature,
    ParquetSource,
    Vector,
)
from timewell.client import Client

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
"""When history begins."""
USERS = 50
DAYS = 20
_numbers = count()

user = Entity("user", {"user_id": INT64})
spend = FeatureView(
    "spend",
    entity=user,
    features={
        "total": DOUBLE,
        "orders": INT64,
        "is_new": BOOL,
        "city": STRING,
        "last_seen": TIMESTAMP,
        "amounts": List(DOUBLE),
        "embedding": Vector(3),
    },
    ttl=timedelta(days=400),
)


@dataclass(frozen=True)
class Shop:
    """A project that is applied and has history."""

    app: StandaloneApp
    project: str

    def connect(self, **options: Any) -> Client:
        """A client of it."""
        return connect(self.app, self.project, **options)


def connect(app: StandaloneApp, project: str, **options: Any) -> Client:
    """A client of a project of the app."""
    urls = {f"{name}_url": url for name, url in app.urls.items() if name != "http"}
    return Client(project=project, **(urls | options))


def visits_view(path: str) -> FeatureView:
    """Visits of each user by day; ten doubles, of which the first is the day."""
    return FeatureView(
        "visits",
        entity=user,
        features={"visits": INT64} | {f"mean_{i}": DOUBLE for i in range(10)},
        ttl=timedelta(days=10),
        source=ParquetSource(path, event_time="at"),
    )


def visits_table() -> pa.Table:
    """Row of user u and day d: visits = 100 u + d, mean_i = d + i / 10."""
    rows = [(u, d) for d in range(DAYS) for u in range(USERS)]
    columns: dict[str, Any] = {
        "user_id": pa.array([u for u, _ in rows], pa.int64()),
        "at": pa.array([START + timedelta(days=d) for _, d in rows], pa.timestamp("us", "UTC")),
        "visits": pa.array([100 * u + d for u, d in rows], pa.int64()),
    }
    for i in range(10):
        columns[f"mean_{i}"] = pa.array([d + i / 10 for _, d in rows], pa.float64())
    return pa.table(columns)


def make_shop(app: StandaloneApp) -> Shop:
    """Applies a project of its own, and writes its history."""
    name = f"shop_{next(_numbers)}"
    parquet.write_table(visits_table(), app.data_root / f"{name}.parquet")
    visits = visits_view(f"{name}.parquet")
    shop = FeatureService(
        "shop_v1",
        views=[visits, spend],
        request_data={"amount": DOUBLE},
        on_demand={"ratio": OnDemandFeature(DOUBLE, "amount / spend.total")},
    )
    plain = FeatureService("plain_v1", views=[visits])
    with connect(app, name) as client:
        client.apply(shop, plain)
    return Shop(app, name)


def labels(rows: int, users: int = USERS) -> pa.Table:
    """Label i: user i modulo users, half a day after day i modulo DAYS, and a column of its own."""
    at = [START + timedelta(days=i % DAYS, hours=12) for i in range(rows)]
    return pa.table(
        {
            "user_id": pa.array([i % users for i in range(rows)], pa.int64()),
            "event_timestamp": pa.array(at, pa.timestamp("us", "UTC")),
            "label": pa.array([i * 0.5 for i in range(rows)], pa.float64()),
        }
    )


def expected_visits(user_id: int, at: datetime) -> int | None:
    """What the join has to find for a label, from the definition of the history alone."""
    day = min((at - START) // timedelta(days=1), DAYS - 1)
    if (
        not 0 <= user_id < USERS
        or day < 0
        or at - (START + timedelta(days=day)) > timedelta(days=10)
    ):
        return None
    return 100 * user_id + day
