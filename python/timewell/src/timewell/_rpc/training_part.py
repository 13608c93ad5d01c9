"""One message of a training set's stream, with its Arrow bytes left where they are."""

from __future__ import annotations

from dataclasses import dataclass

from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._rpc.wire_fields import wire_fields


@dataclass(slots=True)
class TrainingPart:
    """What one GetTrainingSetResponse holds; the views share the bytes of the message."""

    schema: memoryview | None = None
    batch: memoryview | None = None
    receipt: retrieval_pb2.Receipt | None = None
    start: retrieval_pb2.TrainingSetStart | None = None
    batch_end: retrieval_pb2.BatchEnd | None = None


def training_part(message: bytes) -> TrainingPart:
    """Reads a message. A Protobuf object of it would copy the bytes of the batches twice."""
    part = TrainingPart()
    for number, value in wire_fields(message):
        if not isinstance(value, memoryview):
            continue
        if number == 1:
            part.schema = value
        elif number == 2:
            part.batch = value
        elif number == 3:
            part.receipt = retrieval_pb2.Receipt.FromString(bytes(value))
        elif number == 4:
            part.start = retrieval_pb2.TrainingSetStart.FromString(bytes(value))
        elif number == 5:
            part.batch_end = retrieval_pb2.BatchEnd.FromString(bytes(value))
    return part
