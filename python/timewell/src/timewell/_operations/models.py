"""Recorded models: which features they read."""

from __future__ import annotations

from timewell._contracts.registry.v1 import registry_pb2
from timewell._operations.context import Context
from timewell._rpc.call import Operation, call
from timewell._rpc.methods import LIST_MODELS, RECORD_MODEL
from timewell.recorded_model import RecordedModel, recorded_model

_PAGE_MODELS = 1_000


def record_model(context: Context, model: RecordedModel) -> Operation[RecordedModel]:
    """Records a model once and for ever; MODEL_CONFLICT where it is there with other content."""
    request = registry_pb2.RecordModelRequest(project=context.project, model=model.to_message())
    answer = yield from call(RECORD_MODEL, request, context.options.timeouts.call_s)
    return recorded_model(answer.model)


def list_models(
    context: Context,
    *,
    view: str | None,
    service: str | None,
    name: str | None,
    training_set_id: str | None,
) -> Operation[list[RecordedModel]]:
    """Recorded models, those that were recorded last first."""
    request = registry_pb2.ListModelsRequest(
        project=context.project,
        view=view,
        feature_service=service,
        name=name,
        training_set_id=training_set_id,
        page_size=_PAGE_MODELS,
    )
    models: list[RecordedModel] = []
    while True:
        answer = yield from call(LIST_MODELS, request, context.options.timeouts.call_s)
        models.extend(recorded_model(model) for model in answer.models)
        if not answer.next_page_token:
            return models
        request.page_token = answer.next_page_token
