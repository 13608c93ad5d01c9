# Generated from proto/ by npm run gen. Do not change it by hand.
# mypy: disable-error-code="type-arg,misc,no-untyped-def"
from timewell._contracts.types.v1 import value_pb2 as _value_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AggregateFunction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AGGREGATE_FUNCTION_UNSPECIFIED: _ClassVar[AggregateFunction]
    AGGREGATE_FUNCTION_COUNT: _ClassVar[AggregateFunction]
    AGGREGATE_FUNCTION_SUM: _ClassVar[AggregateFunction]
    AGGREGATE_FUNCTION_MEAN: _ClassVar[AggregateFunction]
    AGGREGATE_FUNCTION_MIN: _ClassVar[AggregateFunction]
    AGGREGATE_FUNCTION_MAX: _ClassVar[AggregateFunction]
    AGGREGATE_FUNCTION_STDDEV: _ClassVar[AggregateFunction]
    AGGREGATE_FUNCTION_FIRST: _ClassVar[AggregateFunction]
    AGGREGATE_FUNCTION_LAST: _ClassVar[AggregateFunction]
    AGGREGATE_FUNCTION_LAST_N: _ClassVar[AggregateFunction]

class StreamFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STREAM_FORMAT_UNSPECIFIED: _ClassVar[StreamFormat]
    STREAM_FORMAT_JSON: _ClassVar[StreamFormat]
    STREAM_FORMAT_PROTOBUF: _ClassVar[StreamFormat]

class TimeUnit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TIME_UNIT_UNSPECIFIED: _ClassVar[TimeUnit]
    TIME_UNIT_MICROSECONDS: _ClassVar[TimeUnit]
    TIME_UNIT_MILLISECONDS: _ClassVar[TimeUnit]
    TIME_UNIT_SECONDS: _ClassVar[TimeUnit]

class ConstraintPolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSTRAINT_POLICY_UNSPECIFIED: _ClassVar[ConstraintPolicy]
    CONSTRAINT_POLICY_REJECT: _ClassVar[ConstraintPolicy]
    CONSTRAINT_POLICY_COUNT: _ClassVar[ConstraintPolicy]

class FileFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FILE_FORMAT_UNSPECIFIED: _ClassVar[FileFormat]
    FILE_FORMAT_PARQUET: _ClassVar[FileFormat]
    FILE_FORMAT_CSV: _ClassVar[FileFormat]
AGGREGATE_FUNCTION_UNSPECIFIED: AggregateFunction
AGGREGATE_FUNCTION_COUNT: AggregateFunction
AGGREGATE_FUNCTION_SUM: AggregateFunction
AGGREGATE_FUNCTION_MEAN: AggregateFunction
AGGREGATE_FUNCTION_MIN: AggregateFunction
AGGREGATE_FUNCTION_MAX: AggregateFunction
AGGREGATE_FUNCTION_STDDEV: AggregateFunction
AGGREGATE_FUNCTION_FIRST: AggregateFunction
AGGREGATE_FUNCTION_LAST: AggregateFunction
AGGREGATE_FUNCTION_LAST_N: AggregateFunction
STREAM_FORMAT_UNSPECIFIED: StreamFormat
STREAM_FORMAT_JSON: StreamFormat
STREAM_FORMAT_PROTOBUF: StreamFormat
TIME_UNIT_UNSPECIFIED: TimeUnit
TIME_UNIT_MICROSECONDS: TimeUnit
TIME_UNIT_MILLISECONDS: TimeUnit
TIME_UNIT_SECONDS: TimeUnit
CONSTRAINT_POLICY_UNSPECIFIED: ConstraintPolicy
CONSTRAINT_POLICY_REJECT: ConstraintPolicy
CONSTRAINT_POLICY_COUNT: ConstraintPolicy
FILE_FORMAT_UNSPECIFIED: FileFormat
FILE_FORMAT_PARQUET: FileFormat
FILE_FORMAT_CSV: FileFormat

class Entity(_message.Message):
    __slots__ = ("name", "join_keys", "description", "owner", "tags")
    class TagsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    JOIN_KEYS_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    name: str
    join_keys: _containers.RepeatedCompositeFieldContainer[JoinKey]
    description: str
    owner: str
    tags: _containers.ScalarMap[str, str]
    def __init__(self, name: _Optional[str] = ..., join_keys: _Optional[_Iterable[_Union[JoinKey, _Mapping]]] = ..., description: _Optional[str] = ..., owner: _Optional[str] = ..., tags: _Optional[_Mapping[str, str]] = ...) -> None: ...

class JoinKey(_message.Message):
    __slots__ = ("name", "type")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    name: str
    type: _value_pb2.ValueType
    def __init__(self, name: _Optional[str] = ..., type: _Optional[_Union[_value_pb2.ValueType, str]] = ...) -> None: ...

class FeatureView(_message.Message):
    __slots__ = ("name", "entity", "features", "ttl_ms", "batch_source", "description", "owner", "tags", "stream_source", "constraints", "schedule", "event_fields", "event_id_field", "cut_over_us")
    class TagsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    TTL_MS_FIELD_NUMBER: _ClassVar[int]
    BATCH_SOURCE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    STREAM_SOURCE_FIELD_NUMBER: _ClassVar[int]
    CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELDS_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_FIELD_NUMBER: _ClassVar[int]
    CUT_OVER_US_FIELD_NUMBER: _ClassVar[int]
    name: str
    entity: str
    features: _containers.RepeatedCompositeFieldContainer[Feature]
    ttl_ms: int
    batch_source: BatchSource
    description: str
    owner: str
    tags: _containers.ScalarMap[str, str]
    stream_source: StreamSource
    constraints: _containers.RepeatedCompositeFieldContainer[Constraint]
    schedule: Schedule
    event_fields: _containers.RepeatedCompositeFieldContainer[Feature]
    event_id_field: str
    cut_over_us: int
    def __init__(self, name: _Optional[str] = ..., entity: _Optional[str] = ..., features: _Optional[_Iterable[_Union[Feature, _Mapping]]] = ..., ttl_ms: _Optional[int] = ..., batch_source: _Optional[_Union[BatchSource, _Mapping]] = ..., description: _Optional[str] = ..., owner: _Optional[str] = ..., tags: _Optional[_Mapping[str, str]] = ..., stream_source: _Optional[_Union[StreamSource, _Mapping]] = ..., constraints: _Optional[_Iterable[_Union[Constraint, _Mapping]]] = ..., schedule: _Optional[_Union[Schedule, _Mapping]] = ..., event_fields: _Optional[_Iterable[_Union[Feature, _Mapping]]] = ..., event_id_field: _Optional[str] = ..., cut_over_us: _Optional[int] = ...) -> None: ...

class Feature(_message.Message):
    __slots__ = ("name", "type", "description", "dimension", "aggregate")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_FIELD_NUMBER: _ClassVar[int]
    name: str
    type: _value_pb2.ValueType
    description: str
    dimension: int
    aggregate: Aggregate
    def __init__(self, name: _Optional[str] = ..., type: _Optional[_Union[_value_pb2.ValueType, str]] = ..., description: _Optional[str] = ..., dimension: _Optional[int] = ..., aggregate: _Optional[_Union[Aggregate, _Mapping]] = ...) -> None: ...

class Aggregate(_message.Message):
    __slots__ = ("function", "input", "window_ms", "filter", "n")
    FUNCTION_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    WINDOW_MS_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    N_FIELD_NUMBER: _ClassVar[int]
    function: AggregateFunction
    input: str
    window_ms: int
    filter: str
    n: int
    def __init__(self, function: _Optional[_Union[AggregateFunction, str]] = ..., input: _Optional[str] = ..., window_ms: _Optional[int] = ..., filter: _Optional[str] = ..., n: _Optional[int] = ...) -> None: ...

class StreamSource(_message.Message):
    __slots__ = ("topic", "format", "event_time_field", "event_time_unit", "field_mapping", "allowed_lateness_ms", "message_name", "descriptor_set", "delete_field")
    class FieldMappingEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_FIELD_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_UNIT_FIELD_NUMBER: _ClassVar[int]
    FIELD_MAPPING_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_LATENESS_MS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTOR_SET_FIELD_NUMBER: _ClassVar[int]
    DELETE_FIELD_FIELD_NUMBER: _ClassVar[int]
    topic: str
    format: StreamFormat
    event_time_field: str
    event_time_unit: TimeUnit
    field_mapping: _containers.ScalarMap[str, str]
    allowed_lateness_ms: int
    message_name: str
    descriptor_set: bytes
    delete_field: str
    def __init__(self, topic: _Optional[str] = ..., format: _Optional[_Union[StreamFormat, str]] = ..., event_time_field: _Optional[str] = ..., event_time_unit: _Optional[_Union[TimeUnit, str]] = ..., field_mapping: _Optional[_Mapping[str, str]] = ..., allowed_lateness_ms: _Optional[int] = ..., message_name: _Optional[str] = ..., descriptor_set: _Optional[bytes] = ..., delete_field: _Optional[str] = ...) -> None: ...

class Constraint(_message.Message):
    __slots__ = ("name", "field", "range", "one_of", "matches", "not_null", "fresh_within_ms", "predicate", "policy")
    class Range(_message.Message):
        __slots__ = ("min", "max")
        MIN_FIELD_NUMBER: _ClassVar[int]
        MAX_FIELD_NUMBER: _ClassVar[int]
        min: _value_pb2.Value
        max: _value_pb2.Value
        def __init__(self, min: _Optional[_Union[_value_pb2.Value, _Mapping]] = ..., max: _Optional[_Union[_value_pb2.Value, _Mapping]] = ...) -> None: ...
    class ValueSet(_message.Message):
        __slots__ = ("values",)
        VALUES_FIELD_NUMBER: _ClassVar[int]
        values: _containers.RepeatedCompositeFieldContainer[_value_pb2.Value]
        def __init__(self, values: _Optional[_Iterable[_Union[_value_pb2.Value, _Mapping]]] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    RANGE_FIELD_NUMBER: _ClassVar[int]
    ONE_OF_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    NOT_NULL_FIELD_NUMBER: _ClassVar[int]
    FRESH_WITHIN_MS_FIELD_NUMBER: _ClassVar[int]
    PREDICATE_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    name: str
    field: str
    range: Constraint.Range
    one_of: Constraint.ValueSet
    matches: str
    not_null: bool
    fresh_within_ms: int
    predicate: str
    policy: ConstraintPolicy
    def __init__(self, name: _Optional[str] = ..., field: _Optional[str] = ..., range: _Optional[_Union[Constraint.Range, _Mapping]] = ..., one_of: _Optional[_Union[Constraint.ValueSet, _Mapping]] = ..., matches: _Optional[str] = ..., not_null: bool = ..., fresh_within_ms: _Optional[int] = ..., predicate: _Optional[str] = ..., policy: _Optional[_Union[ConstraintPolicy, str]] = ...) -> None: ...

class Schedule(_message.Message):
    __slots__ = ("every_ms",)
    EVERY_MS_FIELD_NUMBER: _ClassVar[int]
    every_ms: int
    def __init__(self, every_ms: _Optional[int] = ...) -> None: ...

class BatchSource(_message.Message):
    __slots__ = ("format", "path", "event_time_column", "created_time_column", "availability_delay_ms", "field_mapping")
    class FieldMappingEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_COLUMN_FIELD_NUMBER: _ClassVar[int]
    CREATED_TIME_COLUMN_FIELD_NUMBER: _ClassVar[int]
    AVAILABILITY_DELAY_MS_FIELD_NUMBER: _ClassVar[int]
    FIELD_MAPPING_FIELD_NUMBER: _ClassVar[int]
    format: FileFormat
    path: str
    event_time_column: str
    created_time_column: str
    availability_delay_ms: int
    field_mapping: _containers.ScalarMap[str, str]
    def __init__(self, format: _Optional[_Union[FileFormat, str]] = ..., path: _Optional[str] = ..., event_time_column: _Optional[str] = ..., created_time_column: _Optional[str] = ..., availability_delay_ms: _Optional[int] = ..., field_mapping: _Optional[_Mapping[str, str]] = ...) -> None: ...

class FeatureService(_message.Message):
    __slots__ = ("name", "views", "description", "owner", "tags", "request_data", "on_demand_features")
    class TagsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    VIEWS_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_DATA_FIELD_NUMBER: _ClassVar[int]
    ON_DEMAND_FEATURES_FIELD_NUMBER: _ClassVar[int]
    name: str
    views: _containers.RepeatedCompositeFieldContainer[ViewReference]
    description: str
    owner: str
    tags: _containers.ScalarMap[str, str]
    request_data: _containers.RepeatedCompositeFieldContainer[RequestField]
    on_demand_features: _containers.RepeatedCompositeFieldContainer[OnDemandFeature]
    def __init__(self, name: _Optional[str] = ..., views: _Optional[_Iterable[_Union[ViewReference, _Mapping]]] = ..., description: _Optional[str] = ..., owner: _Optional[str] = ..., tags: _Optional[_Mapping[str, str]] = ..., request_data: _Optional[_Iterable[_Union[RequestField, _Mapping]]] = ..., on_demand_features: _Optional[_Iterable[_Union[OnDemandFeature, _Mapping]]] = ...) -> None: ...

class RequestField(_message.Message):
    __slots__ = ("name", "type", "dimension", "description")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    name: str
    type: _value_pb2.ValueType
    dimension: int
    description: str
    def __init__(self, name: _Optional[str] = ..., type: _Optional[_Union[_value_pb2.ValueType, str]] = ..., dimension: _Optional[int] = ..., description: _Optional[str] = ...) -> None: ...

class OnDemandFeature(_message.Message):
    __slots__ = ("name", "type", "dimension", "expression", "description")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    name: str
    type: _value_pb2.ValueType
    dimension: int
    expression: str
    description: str
    def __init__(self, name: _Optional[str] = ..., type: _Optional[_Union[_value_pb2.ValueType, str]] = ..., dimension: _Optional[int] = ..., expression: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...

class ViewReference(_message.Message):
    __slots__ = ("view", "version", "alias", "features", "join_key_mapping")
    class JoinKeyMappingEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    VIEW_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    JOIN_KEY_MAPPING_FIELD_NUMBER: _ClassVar[int]
    view: str
    version: int
    alias: str
    features: _containers.RepeatedScalarFieldContainer[str]
    join_key_mapping: _containers.ScalarMap[str, str]
    def __init__(self, view: _Optional[str] = ..., version: _Optional[int] = ..., alias: _Optional[str] = ..., features: _Optional[_Iterable[str]] = ..., join_key_mapping: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Definitions(_message.Message):
    __slots__ = ("entities", "feature_views", "feature_services")
    ENTITIES_FIELD_NUMBER: _ClassVar[int]
    FEATURE_VIEWS_FIELD_NUMBER: _ClassVar[int]
    FEATURE_SERVICES_FIELD_NUMBER: _ClassVar[int]
    entities: _containers.RepeatedCompositeFieldContainer[Entity]
    feature_views: _containers.RepeatedCompositeFieldContainer[FeatureView]
    feature_services: _containers.RepeatedCompositeFieldContainer[FeatureService]
    def __init__(self, entities: _Optional[_Iterable[_Union[Entity, _Mapping]]] = ..., feature_views: _Optional[_Iterable[_Union[FeatureView, _Mapping]]] = ..., feature_services: _Optional[_Iterable[_Union[FeatureService, _Mapping]]] = ...) -> None: ...

class FeatureReferences(_message.Message):
    __slots__ = ("references",)
    REFERENCES_FIELD_NUMBER: _ClassVar[int]
    references: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, references: _Optional[_Iterable[str]] = ...) -> None: ...
