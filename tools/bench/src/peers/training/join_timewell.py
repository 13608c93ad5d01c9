"""A training set from the retrieval server over gRPC, read batch by batch, as a trainer reads it."""

import time
from importlib.metadata import version
from typing import Any

import pyarrow as pa
import timewell
from timewell import Client, ServerPath

clients: dict[str, Client] = {}


def run(question: dict[str, Any]) -> tuple[float, Any]:
    """To the last batch and the receipt; labels are a file of the server, or one that is read and sent."""
    client = client_of(question)
    labels = question["labels"] if question["isSent"] else ServerPath(question["labelsName"])
    start = time.perf_counter()
    found = client.get_historical_features(labels, service=question["service"], mode=question["mode"])
    if question.get("isDigested"):
        table = found.to_arrow()
        if "writeTo" in question:
            with pa.ipc.new_stream(question["writeTo"], table.schema) as file:
                file.write_table(table)
        return (time.perf_counter() - start) * 1000, table
    rows = sum(batch.num_rows for batch in found.to_batches())
    return (time.perf_counter() - start) * 1000, rows


def frame(question: dict[str, Any]) -> tuple[float, Any]:
    """To a data frame of pandas."""
    client = client_of(question)
    start = time.perf_counter()
    labels = ServerPath(question["labelsName"])
    found = client.get_historical_features(labels, service=question["service"], mode=question["mode"])
    frame = found.to_pandas()
    ms = (time.perf_counter() - start) * 1000
    return ms, pa.Table.from_pandas(frame, preserve_index=False) if question.get("isDigested") else len(frame)


def client_of(question: dict[str, Any]) -> Client:
    """One for all runs."""
    url = question["url"]
    return clients.setdefault(url, Client(retrieval_url=url, project="bench", progress=False))


def versions(_: dict[str, Any]) -> dict[str, str]:
    """What takes part."""
    return {"timewell": timewell.__version__} | {name: version(name) for name in ("grpcio", "protobuf", "pyarrow")}
