"""Feast's own materialization into Redis, from its default store of files."""

import os
import time
from datetime import datetime, timedelta, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("FEAST_USAGE", "False")

from feast import Entity, FeatureStore, FeatureView, Field, FileSource, ValueType
from feast.types import Float64

stores: dict[str, FeatureStore] = {}


def run(question: dict[str, Any]) -> tuple[float, int]:
    """Materializes all rows of the source."""
    store = stores.get(question["source"]) or open_store(question)
    start = time.perf_counter()
    store.materialize(instant(question["fromUs"]), instant(question["toUs"]), feature_views=["rows"])
    return (time.perf_counter() - start) * 1000, question["rows"]


def read(question: dict[str, Any]) -> dict[str, Any]:
    """The values of some entities, a list for each."""
    names = question["features"]
    answer = stores[question["source"]].get_online_features(
        features=[f"rows:{name}" for name in names],
        entity_rows=[{"entity_id": entity} for entity in question["entities"]],
    )
    columns = answer.to_dict()
    return {"values": [list(row) for row in zip(*(columns[name] for name in names), strict=True)]}


def peak_memory(_: dict[str, Any]) -> dict[str, Any]:
    """The most memory that this process ever held, bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return {"bytes": int(line.split()[1]) * 1024}
    raise RuntimeError("the system does not tell")


def open_store(question: dict[str, Any]) -> FeatureStore:
    """A repository of one view over the file; everything but the online store is as `feast init` makes it."""
    folder = Path(question["folder"]) / f"feast-{Path(question['source']).stem}"
    folder.mkdir(parents=True)
    (folder / "feature_store.yaml").write_text(
        f"""project: bench
provider: local
registry: {folder}/registry.db
online_store:
  type: redis
  connection_string: "{question["redis"]}"
entity_key_serialization_version: 3
"""
    )
    store = FeatureStore(repo_path=str(folder))
    subject = Entity(name="subject", join_keys=["entity_id"], value_type=ValueType.INT64)
    view = FeatureView(
        name="rows",
        entities=[subject],
        ttl=timedelta(days=36_500),
        schema=[Field(name=name, dtype=Float64) for name in question["features"]],
        source=FileSource(path=question["source"], timestamp_field="event_timestamp"),
    )
    store.apply([subject, view])
    stores[question["source"]] = store
    return store


def instant(us: int) -> datetime:
    """Microseconds since 1970 as Feast takes them."""
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=us)


def versions(_: dict[str, Any]) -> dict[str, str]:
    """What takes part."""
    return {name: version(name) for name in ("feast", "redis", "hiredis", "dask", "pandas", "pyarrow")}
