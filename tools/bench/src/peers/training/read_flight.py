"""A whole table from an Arrow Flight server, as pandas."""

import time
from typing import Any

import pyarrow as pa
import pyarrow.flight as flight


def run(question: dict[str, Any]) -> tuple[float, Any]:
    """From the call to the data frame."""
    with flight.connect(question["url"]) as client:
        start = time.perf_counter()
        frame = client.do_get(flight.Ticket(b"prepared")).read_pandas()
        ms = (time.perf_counter() - start) * 1000
    return ms, pa.Table.from_pandas(frame, preserve_index=False) if question.get("isDigested") else len(frame)


def versions(_: dict[str, Any]) -> dict[str, str]:
    """What takes part."""
    return {"pyarrow.flight": pa.__version__}
