"""Feast's own historical features, from its DuckDB store or its default store of files."""

import os
import time
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("FEAST_USAGE", "False")

import pandas as pd
import pyarrow as pa
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, ValueType
from feast.types import Float64

stores: dict[str, FeatureStore] = {}


def run(question: dict[str, Any]) -> tuple[float, pa.Table]:
    """From a data frame with the labels, which Feast takes, to its Arrow table; reading the labels' file does not count."""
    store = stores.get(question["store"]) or open_store(question)
    labels = pd.read_parquet(question["labels"])
    features = [f"rides:{name}" for name in question["features"]]
    start = time.perf_counter()
    table = store.get_historical_features(entity_df=labels, features=features).to_arrow()
    ms = (time.perf_counter() - start) * 1000
    columns = ["label_id", "entity_id", "event_timestamp", "clicked", *question["features"]]
    return ms, table.select(columns).sort_by("label_id")


def open_store(question: dict[str, Any]) -> FeatureStore:
    """A repository of one view over the file, with a registry and settings as `feast init` makes them."""
    folder = Path(question["tempDirectory"]) / f"feast-{question['store']}"
    folder.mkdir(parents=True)
    (folder / "feature_store.yaml").write_text(
        f"""project: bench
provider: local
registry: {folder}/registry.db
offline_store:
  type: {question["store"]}
online_store:
  type: sqlite
  path: {folder}/online.db
entity_key_serialization_version: 3
"""
    )
    store = FeatureStore(repo_path=str(folder))
    subject = Entity(name="subject", join_keys=["entity_id"], value_type=ValueType.INT64)
    source = FileSource(
        path=question["history"],
        timestamp_field="event_timestamp",
        created_timestamp_column="created_timestamp",
    )
    view = FeatureView(
        name="rides",
        entities=[subject],
        ttl=timedelta(microseconds=question["ttlUs"]),
        schema=[Field(name=name, dtype=Float64) for name in question["features"]],
        source=source,
    )
    store.apply([subject, view])
    stores[question["store"]] = store
    return store


def versions(_: dict[str, Any]) -> dict[str, str]:
    """What takes part."""
    return {name: version(name) for name in ("feast", "duckdb", "ibis-framework", "dask", "pandas", "pyarrow")}
