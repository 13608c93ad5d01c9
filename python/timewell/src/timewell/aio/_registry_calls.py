"""Definitions and models."""

from __future__ import annotations

from timewell._operations import change_definitions, describe, models
from timewell._operations.change_definitions import DefinitionKind
from timewell.aio._client_base import ClientBase
from timewell.changes import Applied, Plan
from timewell.described import EntityInfo, FeatureServiceInfo, FeatureViewInfo
from timewell.recorded_model import RecordedModel


class RegistryCalls(ClientBase):
    """What the registry answers."""

    async def plan(self, *definitions: object) -> Plan:
        """Says what an apply would change; takes what `collect` takes: definitions and modules."""
        return await self._transport.run(change_definitions.plan(self._context, definitions))

    async def apply(self, *definitions: object, base_version: int | None = None) -> Applied:
        """Applies definitions in one atomic step; those that are not named stay as they are.

        ConflictError where `base_version` is given and is not the current version.
        """
        operation = change_definitions.apply(self._context, definitions, base_version)
        return await self._transport.run(operation)

    async def delete_definition(
        self, kind: DefinitionKind, name: str, *, base_version: int | None = None
    ) -> int:
        """Deletes a definition that nothing else uses, and answers the version of the project."""
        operation = change_definitions.delete_definition(self._context, kind, name, base_version)
        return await self._transport.run(operation)

    async def list_projects(self) -> dict[str, int]:
        """The version of each project, by its name."""
        return await self._transport.run(describe.list_projects(self._context))

    async def list_entities(self) -> list[EntityInfo]:
        """All entities, by name."""
        return await self._transport.run(describe.list_entities(self._context))

    async def list_feature_views(self) -> list[FeatureViewInfo]:
        """The latest version of each feature view, by name."""
        return await self._transport.run(describe.list_feature_views(self._context))

    async def list_feature_services(self) -> list[FeatureServiceInfo]:
        """All feature services, by name."""
        return await self._transport.run(describe.list_feature_services(self._context))

    async def describe_entity(self, name: str) -> EntityInfo:
        """One entity; NotFoundError where there is none."""
        return await self._transport.run(describe.describe_entity(self._context, name))

    async def describe_feature_view(self, name: str, *, version: int = 0) -> FeatureViewInfo:
        """A version of a feature view, 0 for the latest; NotFoundError where there is none."""
        operation = describe.describe_feature_view(self._context, name, version)
        return await self._transport.run(operation)

    async def describe_feature_service(self, name: str) -> FeatureServiceInfo:
        """One feature service; NotFoundError where there is none."""
        return await self._transport.run(describe.describe_feature_service(self._context, name))

    async def record_model(self, model: RecordedModel) -> RecordedModel:
        """Records which features a model reads, once and for ever."""
        return await self._transport.run(models.record_model(self._context, model))

    async def list_models(
        self,
        *,
        view: str | None = None,
        service: str | None = None,
        name: str | None = None,
        training_set_id: str | None = None,
    ) -> list[RecordedModel]:
        """Recorded models, the latest first; for example those that read a feature view."""
        operation = models.list_models(
            self._context, view=view, service=service, name=name, training_set_id=training_set_id
        )
        return await self._transport.run(operation)
