"""A training set from the retrieval server over gRPC, read batch by batch, as a trainer reads it."""

import time
from importlib.metadata import version
from typing import Any

import grpc
import pyarrow as pa
from timewell._contracts.retrieval.v1 import retrieval_pb2, retrieval_pb2_grpc

MODES = {"EVENT_TIME": 1, "AVAILABLE": 2}


def run(question: dict[str, Any]) -> tuple[float, Any]:
    """To the last batch and the receipt."""
    start = time.perf_counter()
    with grpc.insecure_channel(question["target"], options=[("grpc.max_receive_message_length", 8 << 20)]) as channel:
        stub = retrieval_pb2_grpc.OfflineRetrievalStub(channel)
        request = retrieval_pb2.GetTrainingSetRequest(
            project="bench",
            feature_service=question["service"],
            labels_path=question["labelsName"],
            mode=MODES[question["mode"]],
        )
        parts = stub.GetTrainingSet(iter([request]))
        schema, pieces, batches, rows, receipt = None, [], [], 0, None
        for part in parts:
            which = part.WhichOneof("part")
            if which == "arrow_schema":
                schema = pa.ipc.read_schema(pa.py_buffer(part.arrow_schema))
            elif which == "arrow_batch":
                pieces.append(part.arrow_batch)
                if part.HasField("batch_end") or pieces_done(pieces):
                    batch = pa.ipc.read_record_batch(pa.py_buffer(pieces[0] if len(pieces) == 1 else b"".join(pieces)), schema)
                    pieces = []
                    rows += batch.num_rows
                    if question.get("isDigested"):
                        batches.append(batch)
            elif which == "receipt":
                receipt = part.receipt
        ms = (time.perf_counter() - start) * 1000
    if receipt is None or receipt.rows != rows:
        raise RuntimeError(f"The receipt differs from the {rows} rows that came")
    return ms, pa.Table.from_batches(batches, schema) if question.get("isDigested") else rows


def pieces_done(pieces: list[bytes]) -> bool:
    total = sum(map(len, pieces))
    head = pieces[0]
    meta = int.from_bytes(head[4:8], "little")
    if len(head) < 8 + meta: return False
    import struct
    msg = pa.ipc.read_message  # body length from flatbuffer
    root = int.from_bytes(head[8:12], "little") + 8
    vt = root - struct.unpack_from("<i", head, root)[0]
    off = struct.unpack_from("<H", head, vt + 4 + 2 * 3)[0]
    body = struct.unpack_from("<q", head, root + off)[0]
    return total >= 8 + meta + body


def versions(_: dict[str, Any]) -> dict[str, str]:
    return {name: version(name) for name in ("grpcio", "protobuf", "pyarrow")}
