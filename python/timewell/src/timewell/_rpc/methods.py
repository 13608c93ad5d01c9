"""The methods that the client calls."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message

from timewell._contracts.ingestion.v1 import erase_pb2 as erase
from timewell._contracts.ingestion.v1 import ingestion_pb2 as ingestion
from timewell._contracts.ingestion.v1 import quarantine_pb2 as quarantine
from timewell._contracts.registry.v1 import registry_pb2 as registry
from timewell._contracts.retrieval.v1 import retrieval_pb2 as retrieval
from timewell._contracts.serving.v1 import serving_pb2 as serving
from timewell._rpc.method import Method, Request, Response, ServiceName
from timewell._rpc.training_part import TrainingPart, training_part

_SERVICES: dict[ServiceName, str] = {
    "registry": "timewell.registry.v1.FeatureRegistry",
    "serving": "timewell.serving.v1.OnlineServing",
    "retrieval": "timewell.retrieval.v1.OfflineRetrieval",
    "ingestion": "timewell.ingestion.v1.Ingestion",
}


def _method(
    service: ServiceName,
    name: str,
    types: tuple[type[Request], type[Response]],
    *,
    is_repeatable: bool = False,
) -> Method[Request, Response]:
    request, response = types
    assert issubclass(request, Message)  # noqa: S101
    assert issubclass(response, Message)  # noqa: S101
    encode: Any = request.SerializeToString
    decode: Any = response.FromString
    return Method(service, _SERVICES[service], name, encode, decode, is_repeatable)


PLAN = _method(
    "registry", "Plan", (registry.PlanRequest, registry.PlanResponse), is_repeatable=True
)
APPLY = _method("registry", "Apply", (registry.ApplyRequest, registry.ApplyResponse))
DELETE_DEFINITION = _method(
    "registry",
    "DeleteDefinition",
    (registry.DeleteDefinitionRequest, registry.DeleteDefinitionResponse),
)
GET_SNAPSHOT = _method(
    "registry",
    "GetSnapshot",
    (registry.GetSnapshotRequest, registry.GetSnapshotResponse),
    is_repeatable=True,
)
LIST_PROJECTS = _method(
    "registry",
    "ListProjects",
    (registry.ListProjectsRequest, registry.ListProjectsResponse),
    is_repeatable=True,
)
RECORD_MODEL = _method(
    "registry",
    "RecordModel",
    (registry.RecordModelRequest, registry.RecordModelResponse),
    is_repeatable=True,
)
LIST_MODELS = _method(
    "registry",
    "ListModels",
    (registry.ListModelsRequest, registry.ListModelsResponse),
    is_repeatable=True,
)
GET_ONLINE_FEATURES = _method(
    "serving",
    "GetOnlineFeatures",
    (serving.GetOnlineFeaturesRequest, serving.GetOnlineFeaturesResponse),
    is_repeatable=True,
)
PUSH = _method(
    # The client gives every push a request id.
    "ingestion",
    "Push",
    (ingestion.PushRequest, ingestion.PushResponse),
    is_repeatable=True,
)
MATERIALIZE = _method(
    "ingestion", "Materialize", (ingestion.MaterializeRequest, ingestion.MaterializeResponse)
)
MATERIALIZE_INCREMENTAL = _method(
    "ingestion",
    "MaterializeIncremental",
    (ingestion.MaterializeIncrementalRequest, ingestion.MaterializeIncrementalResponse),
)
PUSH_STREAM = _method(
    "ingestion", "PushStream", (ingestion.PushStreamRequest, ingestion.PushStreamResponse)
)
BACKFILL = _method("ingestion", "Backfill", (ingestion.BackfillRequest, ingestion.BackfillResponse))
LIST_QUARANTINE = _method(
    "ingestion",
    "ListQuarantine",
    (quarantine.ListQuarantineRequest, quarantine.ListQuarantineResponse),
    is_repeatable=True,
)
GET_QUARANTINED = _method(
    "ingestion",
    "GetQuarantined",
    (quarantine.GetQuarantinedRequest, quarantine.GetQuarantinedResponse),
    is_repeatable=True,
)
REPLAY_QUARANTINE = _method(
    "ingestion",
    "ReplayQuarantine",
    (quarantine.ReplayQuarantineRequest, quarantine.ReplayQuarantineResponse),
)
DROP_QUARANTINED = _method(
    "ingestion",
    "DropQuarantined",
    (quarantine.DropQuarantinedRequest, quarantine.DropQuarantinedResponse),
)
ERASE_ENTITY = _method(
    "ingestion", "EraseEntity", (erase.EraseEntityRequest, erase.EraseEntityResponse)
)
FIND_ENTITY = _method(
    "ingestion",
    "FindEntity",
    (erase.FindEntityRequest, erase.FindEntityResponse),
    is_repeatable=True,
)
LIST_TRAINING_SETS = _method(
    "retrieval",
    "ListTrainingSets",
    (retrieval.ListTrainingSetsRequest, retrieval.ListTrainingSetsResponse),
    is_repeatable=True,
)
DESCRIBE_TRAINING_SET = _method(
    "retrieval",
    "DescribeTrainingSet",
    (retrieval.DescribeTrainingSetRequest, retrieval.DescribeTrainingSetResponse),
    is_repeatable=True,
)
GET_TRAINING_SET: Method[retrieval.GetTrainingSetRequest, TrainingPart] = Method(
    "retrieval",
    _SERVICES["retrieval"],
    "GetTrainingSet",
    retrieval.GetTrainingSetRequest.SerializeToString,
    training_part,
)

METHODS: tuple[Method[Any, Any], ...] = (
    PLAN,
    APPLY,
    DELETE_DEFINITION,
    GET_SNAPSHOT,
    LIST_PROJECTS,
    RECORD_MODEL,
    LIST_MODELS,
    GET_ONLINE_FEATURES,
    PUSH,
    MATERIALIZE,
    MATERIALIZE_INCREMENTAL,
    PUSH_STREAM,
    BACKFILL,
    LIST_QUARANTINE,
    GET_QUARANTINED,
    REPLAY_QUARANTINE,
    DROP_QUARANTINED,
    ERASE_ENTITY,
    FIND_ENTITY,
    LIST_TRAINING_SETS,
    DESCRIBE_TRAINING_SET,
    GET_TRAINING_SET,
)
"""All of them."""
