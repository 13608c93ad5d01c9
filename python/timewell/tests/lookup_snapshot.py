"""A snapshot of a registry with two views and a service, made by hand."""

from __future__ import annotations

from timewell._contracts.registry.v1 import snapshot_pb2
from timewell._contracts.types.v1 import definitions_pb2, value_pb2

STRING = value_pb2.VALUE_TYPE_STRING
INT64 = value_pb2.VALUE_TYPE_INT64
DOUBLE = value_pb2.VALUE_TYPE_DOUBLE


def flights_snapshot(
    *, expression: str = "origin.mean_delay > 15.0", origin_version: int = 1, version: int = 7
) -> snapshot_pb2.Snapshot:
    """`airport_hourly` in two versions, `route_daily`, and the service `delay_v1` on both."""
    reference = definitions_pb2.ViewReference
    origin = reference(
        view="airport_hourly",
        version=origin_version,
        alias="origin",
        join_key_mapping={"airport": "origin"},
    )
    service = definitions_pb2.FeatureService(
        name="delay_v1",
        views=[origin, reference(view="route_daily", version=1, features=["flights"])],
        request_data=[definitions_pb2.RequestField(name="planned", type=DOUBLE)],
        on_demand_features=[
            definitions_pb2.OnDemandFeature(
                name="is_late", type=value_pb2.VALUE_TYPE_BOOL, expression=expression
            )
        ],
    )
    hourly = {"departures": INT64, "mean_delay": DOUBLE}
    return snapshot_pb2.Snapshot(
        project="flights",
        version=version,
        feature_views=[
            _view("airport_hourly", ["airport"], [hourly, {**hourly, "departures": DOUBLE}]),
            _view("route_daily", ["origin", "destination"], [{"flights": INT64}]),
        ],
        feature_services=[
            snapshot_pb2.FeatureServiceState(
                definition=service, revision=1, feature_number_max={"origin": 2}
            )
        ],
    )


def _view(
    name: str, keys: list[str], versions: list[dict[str, value_pb2.ValueType]]
) -> snapshot_pb2.FeatureViewState:
    entity = definitions_pb2.Entity(
        name=f"{name}_entity",
        join_keys=[definitions_pb2.JoinKey(name=key, type=STRING) for key in keys],
    )
    return snapshot_pb2.FeatureViewState(
        name=name,
        versions=[
            snapshot_pb2.FeatureViewVersion(
                version=i + 1,
                definition=definitions_pb2.FeatureView(
                    name=name,
                    features=[
                        definitions_pb2.Feature(name=feature, type=value_type)
                        for feature, value_type in features.items()
                    ],
                ),
                entity=entity,
                field_numbers={feature: at + 1 for at, feature in enumerate(features)},
            )
            for i, features in enumerate(versions)
        ],
    )
