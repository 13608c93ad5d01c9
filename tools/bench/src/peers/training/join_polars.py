"""The rule of a training set in Polars, to a data frame in label order."""

import time
from datetime import timedelta
from typing import Any

import polars as pl
import pyarrow as pa


def run(question: dict[str, Any]) -> tuple[float, pa.Table]:
    """Reads, sorts, joins, and restores the order of the labels."""
    start = time.perf_counter()
    frame = training_set(question).collect()
    ms = (time.perf_counter() - start) * 1000
    return ms, frame.to_arrow()


def training_set(question: dict[str, Any]) -> pl.LazyFrame:
    """Of rows with one event time the last in this order wins: the latest created, of those the first of the file."""
    labels = pl.scan_parquet(question["labels"]).with_row_index("label_row")
    history = pl.scan_parquet(question["history"]).with_row_index("history_row")
    by_time = ["event_timestamp", "created_timestamp", "history_row"]
    joined = labels.sort("event_timestamp").join_asof(
        history.sort(by_time, descending=[False, False, True]),
        on="event_timestamp",
        by="entity_id",
        strategy="backward",
        tolerance=timedelta(microseconds=question["ttlUs"]),
        check_sortedness=False,
    )
    return joined.sort("label_row").drop("label_row", "history_row", "created_timestamp")


def versions(_: dict[str, Any]) -> dict[str, str]:
    """What takes part."""
    return {"polars": pl.__version__, "threads": str(pl.thread_pool_size())}
