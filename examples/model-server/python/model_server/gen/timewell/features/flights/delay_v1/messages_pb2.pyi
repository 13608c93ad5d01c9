# Written by `timewell gen`; do not edit, make it again.
# mypy: disable-error-code="type-arg"
from ....types.v1 import log_position_pb2 as _log_position_pb2
from ....types.v1 import status_pb2 as _status_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetRequest(_message.Message):
    __slots__ = ("rows", "options")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[EntityRow]
    options: ReadOptions
    def __init__(self, rows: _Optional[_Iterable[_Union[EntityRow, _Mapping]]] = ..., options: _Optional[_Union[ReadOptions, _Mapping]] = ...) -> None: ...

class EntityRow(_message.Message):
    __slots__ = ("origin", "destination")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_FIELD_NUMBER: _ClassVar[int]
    origin: str
    destination: str
    def __init__(self, origin: _Optional[str] = ..., destination: _Optional[str] = ...) -> None: ...

class ReadOptions(_message.Message):
    __slots__ = ("as_of_us", "max_age_ms", "include_times", "allow_partial", "after")
    AS_OF_US_FIELD_NUMBER: _ClassVar[int]
    MAX_AGE_MS_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_TIMES_FIELD_NUMBER: _ClassVar[int]
    ALLOW_PARTIAL_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    as_of_us: int
    max_age_ms: int
    include_times: bool
    allow_partial: bool
    after: _containers.RepeatedCompositeFieldContainer[_log_position_pb2.LogPosition]
    def __init__(self, as_of_us: _Optional[int] = ..., max_age_ms: _Optional[int] = ..., include_times: _Optional[bool] = ..., allow_partial: _Optional[bool] = ..., after: _Optional[_Iterable[_Union[_log_position_pb2.LogPosition, _Mapping]]] = ...) -> None: ...

class GetResponse(_message.Message):
    __slots__ = ("rows", "served_at_us", "service_revision")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    SERVED_AT_US_FIELD_NUMBER: _ClassVar[int]
    SERVICE_REVISION_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[Row]
    served_at_us: int
    service_revision: int
    def __init__(self, rows: _Optional[_Iterable[_Union[Row, _Mapping]]] = ..., served_at_us: _Optional[int] = ..., service_revision: _Optional[int] = ...) -> None: ...

class Row(_message.Message):
    __slots__ = ("states", "event_times_us", "available_times_us", "origin", "destination", "route_daily")
    STATES_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIMES_US_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_TIMES_US_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_FIELD_NUMBER: _ClassVar[int]
    ROUTE_DAILY_FIELD_NUMBER: _ClassVar[int]
    states: States
    event_times_us: EventTimes
    available_times_us: AvailableTimes
    origin: AirportHourlyV1
    destination: AirportHourlyV1
    route_daily: RouteDailyV1
    def __init__(self, states: _Optional[_Union[States, _Mapping]] = ..., event_times_us: _Optional[_Union[EventTimes, _Mapping]] = ..., available_times_us: _Optional[_Union[AvailableTimes, _Mapping]] = ..., origin: _Optional[_Union[AirportHourlyV1, _Mapping]] = ..., destination: _Optional[_Union[AirportHourlyV1, _Mapping]] = ..., route_daily: _Optional[_Union[RouteDailyV1, _Mapping]] = ...) -> None: ...

class States(_message.Message):
    __slots__ = ("origin", "destination", "route_daily")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_FIELD_NUMBER: _ClassVar[int]
    ROUTE_DAILY_FIELD_NUMBER: _ClassVar[int]
    origin: _status_pb2.Status
    destination: _status_pb2.Status
    route_daily: _status_pb2.Status
    def __init__(self, origin: _Optional[_Union[_status_pb2.Status, str]] = ..., destination: _Optional[_Union[_status_pb2.Status, str]] = ..., route_daily: _Optional[_Union[_status_pb2.Status, str]] = ...) -> None: ...

class EventTimes(_message.Message):
    __slots__ = ("origin", "destination", "route_daily")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_FIELD_NUMBER: _ClassVar[int]
    ROUTE_DAILY_FIELD_NUMBER: _ClassVar[int]
    origin: int
    destination: int
    route_daily: int
    def __init__(self, origin: _Optional[int] = ..., destination: _Optional[int] = ..., route_daily: _Optional[int] = ...) -> None: ...

class AvailableTimes(_message.Message):
    __slots__ = ("origin", "destination", "route_daily")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_FIELD_NUMBER: _ClassVar[int]
    ROUTE_DAILY_FIELD_NUMBER: _ClassVar[int]
    origin: int
    destination: int
    route_daily: int
    def __init__(self, origin: _Optional[int] = ..., destination: _Optional[int] = ..., route_daily: _Optional[int] = ...) -> None: ...

class AirportHourlyV1(_message.Message):
    __slots__ = ("departures", "mean_delay", "share_late")
    DEPARTURES_FIELD_NUMBER: _ClassVar[int]
    MEAN_DELAY_FIELD_NUMBER: _ClassVar[int]
    SHARE_LATE_FIELD_NUMBER: _ClassVar[int]
    departures: int
    mean_delay: float
    share_late: float
    def __init__(self, departures: _Optional[int] = ..., mean_delay: _Optional[float] = ..., share_late: _Optional[float] = ...) -> None: ...

class RouteDailyV1(_message.Message):
    __slots__ = ("flights", "mean_delay", "p90_delay")
    FLIGHTS_FIELD_NUMBER: _ClassVar[int]
    MEAN_DELAY_FIELD_NUMBER: _ClassVar[int]
    P90_DELAY_FIELD_NUMBER: _ClassVar[int]
    flights: int
    mean_delay: float
    p90_delay: float
    def __init__(self, flights: _Optional[int] = ..., mean_delay: _Optional[float] = ..., p90_delay: _Optional[float] = ...) -> None: ...
