"""The features that one model version reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass

from timewell._contracts.types.v1 import definitions_pb2
from timewell.definitions._camel_case import camel_case
from timewell.definitions._checks import invalid_definition, text, text_map
from timewell.definitions._own_parts import own_parts
from timewell.definitions.on_demand_feature import OnDemandFeature, on_demand_message
from timewell.definitions.request_data import RequestData, request_field_message
from timewell.definitions.value_type import ValueType
from timewell.definitions.view import View
from timewell.definitions.view_use import ViewUse
from timewell.errors import InvalidRequestError


@dataclass(frozen=True, eq=False)
class FeatureService:
    """The features that one model version reads.

    Example:
        flight_delay = FeatureService(
            "flight_delay",
            views=[
                route_daily,
                airport_hourly.alias("origin", {"airport": "origin"}),
                airport_hourly.select("mean_delay").alias("arrival", {"airport": "destination"}),
            ],
            request_data={"planned_delay_min": INT64},
            on_demand={"is_risky": OnDemandFeature(BOOL, "planned_delay_min > 30")},
        )

    Raises:
        InvalidRequestError: INVALID_NAME where two of views, aliases, request keys, request data
            and on-demand features have one name; INVALID_DEFINITION for a part of a wrong kind.
    """

    name: str
    """Unique among the services of the project, snake_case."""
    _: KW_ONLY
    views: Sequence[View | ViewUse]
    """Views, aliases and parts of views, in column order; at least 1, at most 100."""
    request_data: Mapping[str, ValueType | RequestData] | None = None
    """Inputs that only the request knows: name to type, at most 100."""
    on_demand: Mapping[str, OnDemandFeature] | None = None
    """Features that are computed when they are read, in column order, at most 100."""
    description: str = ""
    """For people; at most 4,096 characters."""
    owner: str = ""
    """Who answers for it, for example an e-mail address."""
    tags: Mapping[str, str] | None = None
    """Free labels, at most 32."""

    def __post_init__(self) -> None:
        _check_names(self.to_message())
        own_parts(self, "views", "request_data", "on_demand", "tags")

    def uses(self) -> list[ViewUse]:
        """The uses of views, in column order."""
        path = f"feature_services[{self.name}].views"
        if isinstance(self.views, str) or not isinstance(self.views, Sequence):
            raise invalid_definition(path, self.views, "a list of views")
        return [_use(view, f"{path}[{i}]") for i, view in enumerate(self.views)]

    def to_message(self) -> definitions_pb2.FeatureService:
        """The message that the registry gets, a new one each time."""
        path = f"feature_services[{self.name}]"
        request_data = _items(self.request_data, f"{path}.request_data")
        on_demand = _items(self.on_demand, f"{path}.on_demand_features")
        return definitions_pb2.FeatureService(
            name=text(self.name, f"{path}.name"),
            views=[use.to_message() for use in self.uses()],
            request_data=[request_field_message(*item) for item in request_data],
            on_demand_features=[on_demand_message(*item) for item in on_demand],
            description=text(self.description, f"{path}.description"),
            owner=text(self.owner, f"{path}.owner"),
            tags=text_map(self.tags, f"{path}.tags"),
        )


def _use(view: object, path: str) -> ViewUse:
    if isinstance(view, View):
        return ViewUse(view)
    if not isinstance(view, ViewUse):
        raise invalid_definition(path, view, "a FeatureView, or what its alias() or select() makes")
    return view


def _items(given: object, path: str) -> Iterator[tuple[str, object, str]]:
    """Name, what is defined, and its path."""
    if given is not None and not isinstance(given, Mapping):
        raise invalid_definition(path, given, "a mapping of name to definition")
    return ((name, part, f"{path}[{name}]") for name, part in (given or {}).items())


def _check_names(service: definitions_pb2.FeatureService) -> None:
    """Refuses names that generated code could not tell apart; the registry checks join keys too."""
    taken: dict[str, str] = {}
    for reference in service.views:
        use = reference.alias or reference.view
        taken[camel_case(use)] = f"view or alias {use}"
        for key in reference.join_key_mapping.values():
            taken[camel_case(key)] = f"request key {key}"
    added = [("request_data", "request field", field.name) for field in service.request_data]
    added += [
        ("on_demand_features", "on-demand feature", feature.name)
        for feature in service.on_demand_features
    ]
    for part, use, name in added:
        other = taken.get(camel_case(name))
        if other is not None:
            path = f"feature_services[{service.name}].{part}[{name}].name"
            message = (
                f"Cannot accept {path}: {other} has this name, or one with the same camelCase form"
            )
            hint = "Rename one of them."
            raise InvalidRequestError("INVALID_NAME", message, field=path, hint=hint)
        taken[camel_case(name)] = f"{use} {name}"
