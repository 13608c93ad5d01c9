"""Makes a Feast repository over a Redis and writes the rows of a Parquet file through Feast.

prepare.py FOLDER REDIS_HOST_PORT PARQUET

Prints one line of JSON: the rows that were written, and the versions that serve them.
"""

import json
import sys
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyarrow.parquet as pq
from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource, ValueType
from feast.types import Float64

ROWS_PER_WRITE = 10_000
PACKAGES = ("feast", "redis", "hiredis", "uvicorn", "uvloop", "gunicorn")


def repository(folder: Path, redis: str) -> FeatureStore:
    """Writes the configuration; the registry is a local file, read once and kept in memory by the server."""
    (folder / "feature_store.yaml").write_text(
        f"""project: bench
provider: local
registry:
  path: {folder}/registry.db
  cache_ttl_seconds: 86400
online_store:
  type: redis
  connection_string: "{redis}"
entity_key_serialization_version: 3
auth:
  type: no_auth
"""
    )
    return FeatureStore(repo_path=str(folder))


def main() -> None:
    folder, redis, parquet = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    table = pq.read_table(parquet)
    features = [name for name in table.column_names if name not in ("entity_id", "event_timestamp")]
    store = repository(folder, redis)
    subject = Entity(name="subject", join_keys=["entity_id"], value_type=ValueType.INT64)
    view = FeatureView(
        name="rides",
        entities=[subject],
        ttl=timedelta(0),
        schema=[Field(name=name, dtype=Float64) for name in features],
        source=FileSource(path=parquet, timestamp_field="event_timestamp"),
    )
    store.apply([subject, view, FeatureService(name="model", features=[view])])
    for batch in table.to_batches(max_chunksize=ROWS_PER_WRITE):
        store.write_to_online_store("rides", batch.to_pandas())
    print(json.dumps({"rows": table.num_rows, "versions": versions()}))


def versions() -> dict[str, str]:
    """The packages that take part in an answer."""
    found = {"python": sys.version.split()[0]}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


main()
