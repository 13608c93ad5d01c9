# Generated from proto/ by npm run gen. Do not change it by hand.
# mypy: disable-error-code="type-arg,misc,no-untyped-def"
from timewell._contracts.registry.v1 import snapshot_pb2 as _snapshot_pb2
from timewell._contracts.types.v1 import access_pb2 as _access_pb2
from timewell._contracts.types.v1 import definitions_pb2 as _definitions_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DefinitionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEFINITION_KIND_UNSPECIFIED: _ClassVar[DefinitionKind]
    DEFINITION_KIND_ENTITY: _ClassVar[DefinitionKind]
    DEFINITION_KIND_FEATURE_VIEW: _ClassVar[DefinitionKind]
    DEFINITION_KIND_FEATURE_SERVICE: _ClassVar[DefinitionKind]
DEFINITION_KIND_UNSPECIFIED: DefinitionKind
DEFINITION_KIND_ENTITY: DefinitionKind
DEFINITION_KIND_FEATURE_VIEW: DefinitionKind
DEFINITION_KIND_FEATURE_SERVICE: DefinitionKind

class PlanRequest(_message.Message):
    __slots__ = ("project", "definitions")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    DEFINITIONS_FIELD_NUMBER: _ClassVar[int]
    project: str
    definitions: _definitions_pb2.Definitions
    def __init__(self, project: _Optional[str] = ..., definitions: _Optional[_Union[_definitions_pb2.Definitions, _Mapping]] = ...) -> None: ...

class PlanResponse(_message.Message):
    __slots__ = ("base_version", "changes")
    BASE_VERSION_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    base_version: int
    changes: _containers.RepeatedCompositeFieldContainer[Change]
    def __init__(self, base_version: _Optional[int] = ..., changes: _Optional[_Iterable[_Union[Change, _Mapping]]] = ...) -> None: ...

class ApplyRequest(_message.Message):
    __slots__ = ("project", "definitions", "base_version")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    DEFINITIONS_FIELD_NUMBER: _ClassVar[int]
    BASE_VERSION_FIELD_NUMBER: _ClassVar[int]
    project: str
    definitions: _definitions_pb2.Definitions
    base_version: int
    def __init__(self, project: _Optional[str] = ..., definitions: _Optional[_Union[_definitions_pb2.Definitions, _Mapping]] = ..., base_version: _Optional[int] = ...) -> None: ...

class ApplyResponse(_message.Message):
    __slots__ = ("version", "changes")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    version: int
    changes: _containers.RepeatedCompositeFieldContainer[Change]
    def __init__(self, version: _Optional[int] = ..., changes: _Optional[_Iterable[_Union[Change, _Mapping]]] = ...) -> None: ...

class Change(_message.Message):
    __slots__ = ("kind", "name", "action", "details")
    class Action(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ACTION_UNSPECIFIED: _ClassVar[Change.Action]
        ACTION_CREATE: _ClassVar[Change.Action]
        ACTION_UPDATE: _ClassVar[Change.Action]
        ACTION_NEW_VERSION: _ClassVar[Change.Action]
        ACTION_DELETE: _ClassVar[Change.Action]
    ACTION_UNSPECIFIED: Change.Action
    ACTION_CREATE: Change.Action
    ACTION_UPDATE: Change.Action
    ACTION_NEW_VERSION: Change.Action
    ACTION_DELETE: Change.Action
    class Detail(_message.Message):
        __slots__ = ("path", "before", "after")
        PATH_FIELD_NUMBER: _ClassVar[int]
        BEFORE_FIELD_NUMBER: _ClassVar[int]
        AFTER_FIELD_NUMBER: _ClassVar[int]
        path: str
        before: str
        after: str
        def __init__(self, path: _Optional[str] = ..., before: _Optional[str] = ..., after: _Optional[str] = ...) -> None: ...
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    kind: DefinitionKind
    name: str
    action: Change.Action
    details: _containers.RepeatedCompositeFieldContainer[Change.Detail]
    def __init__(self, kind: _Optional[_Union[DefinitionKind, str]] = ..., name: _Optional[str] = ..., action: _Optional[_Union[Change.Action, str]] = ..., details: _Optional[_Iterable[_Union[Change.Detail, _Mapping]]] = ...) -> None: ...

class DeleteDefinitionRequest(_message.Message):
    __slots__ = ("project", "kind", "name", "base_version")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BASE_VERSION_FIELD_NUMBER: _ClassVar[int]
    project: str
    kind: DefinitionKind
    name: str
    base_version: int
    def __init__(self, project: _Optional[str] = ..., kind: _Optional[_Union[DefinitionKind, str]] = ..., name: _Optional[str] = ..., base_version: _Optional[int] = ...) -> None: ...

class DeleteDefinitionResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: int
    def __init__(self, version: _Optional[int] = ...) -> None: ...

class GetSnapshotRequest(_message.Message):
    __slots__ = ("project", "version")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    project: str
    version: int
    def __init__(self, project: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class GetSnapshotResponse(_message.Message):
    __slots__ = ("snapshot",)
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    snapshot: _snapshot_pb2.Snapshot
    def __init__(self, snapshot: _Optional[_Union[_snapshot_pb2.Snapshot, _Mapping]] = ...) -> None: ...

class ListProjectsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListProjectsResponse(_message.Message):
    __slots__ = ("projects",)
    class Project(_message.Message):
        __slots__ = ("name", "version")
        NAME_FIELD_NUMBER: _ClassVar[int]
        VERSION_FIELD_NUMBER: _ClassVar[int]
        name: str
        version: int
        def __init__(self, name: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...
    PROJECTS_FIELD_NUMBER: _ClassVar[int]
    projects: _containers.RepeatedCompositeFieldContainer[ListProjectsResponse.Project]
    def __init__(self, projects: _Optional[_Iterable[_Union[ListProjectsResponse.Project, _Mapping]]] = ...) -> None: ...

class WatchRegistryRequest(_message.Message):
    __slots__ = ("project",)
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    project: str
    def __init__(self, project: _Optional[str] = ...) -> None: ...

class WatchRegistryResponse(_message.Message):
    __slots__ = ("snapshot", "caught_up")
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    CAUGHT_UP_FIELD_NUMBER: _ClassVar[int]
    snapshot: _snapshot_pb2.Snapshot
    caught_up: bool
    def __init__(self, snapshot: _Optional[_Union[_snapshot_pb2.Snapshot, _Mapping]] = ..., caught_up: bool = ...) -> None: ...

class Model(_message.Message):
    __slots__ = ("name", "version", "uri", "training_set_id", "feature_service", "feature_service_revision", "views", "registry_version", "created_at_us", "created_by", "tags")
    class TagsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    TRAINING_SET_ID_FIELD_NUMBER: _ClassVar[int]
    FEATURE_SERVICE_FIELD_NUMBER: _ClassVar[int]
    FEATURE_SERVICE_REVISION_FIELD_NUMBER: _ClassVar[int]
    VIEWS_FIELD_NUMBER: _ClassVar[int]
    REGISTRY_VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_US_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: str
    uri: str
    training_set_id: str
    feature_service: str
    feature_service_revision: int
    views: _containers.RepeatedCompositeFieldContainer[ModelView]
    registry_version: int
    created_at_us: int
    created_by: str
    tags: _containers.ScalarMap[str, str]
    def __init__(self, name: _Optional[str] = ..., version: _Optional[str] = ..., uri: _Optional[str] = ..., training_set_id: _Optional[str] = ..., feature_service: _Optional[str] = ..., feature_service_revision: _Optional[int] = ..., views: _Optional[_Iterable[_Union[ModelView, _Mapping]]] = ..., registry_version: _Optional[int] = ..., created_at_us: _Optional[int] = ..., created_by: _Optional[str] = ..., tags: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ModelView(_message.Message):
    __slots__ = ("view", "version", "features")
    VIEW_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    view: str
    version: int
    features: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, view: _Optional[str] = ..., version: _Optional[int] = ..., features: _Optional[_Iterable[str]] = ...) -> None: ...

class RecordModelRequest(_message.Message):
    __slots__ = ("project", "model")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    project: str
    model: Model
    def __init__(self, project: _Optional[str] = ..., model: _Optional[_Union[Model, _Mapping]] = ...) -> None: ...

class RecordModelResponse(_message.Message):
    __slots__ = ("model",)
    MODEL_FIELD_NUMBER: _ClassVar[int]
    model: Model
    def __init__(self, model: _Optional[_Union[Model, _Mapping]] = ...) -> None: ...

class ListModelsRequest(_message.Message):
    __slots__ = ("project", "view", "feature_service", "name", "training_set_id", "page_size", "page_token")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    FEATURE_SERVICE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TRAINING_SET_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    project: str
    view: str
    feature_service: str
    name: str
    training_set_id: str
    page_size: int
    page_token: str
    def __init__(self, project: _Optional[str] = ..., view: _Optional[str] = ..., feature_service: _Optional[str] = ..., name: _Optional[str] = ..., training_set_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListModelsResponse(_message.Message):
    __slots__ = ("models", "next_page_token")
    MODELS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    models: _containers.RepeatedCompositeFieldContainer[Model]
    next_page_token: str
    def __init__(self, models: _Optional[_Iterable[_Union[Model, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
