"""What is kept with a model, and how its features are asked for again."""

from __future__ import annotations

import json
from collections.abc import Collection

import pytest

from lookup_snapshot import flights_snapshot
from timewell._contracts.registry.v1 import registry_pb2, snapshot_pb2
from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._operations.context import Context
from timewell.client_options import client_options
from timewell.errors import NotFoundError, StateError
from timewell.mlflow._feature_request import FeatureRequest, feature_request
from timewell.mlflow._model_record import METADATA_KEY, ModelRecord, model_record
from timewell.mlflow._resolve_columns import resolve_columns
from timewell.recorded_model import ModelView

SERVICE = retrieval_pb2.GetTrainingSetRequest(feature_service="delay_v1")


def record_of(
    request: retrieval_pb2.GetTrainingSetRequest, inputs: tuple[str, ...] | None = None
) -> ModelRecord:
    resolved = resolve_columns(request, flights_snapshot())
    return ModelRecord(
        project="flights",
        registry_version=7,
        feature_service=request.feature_service,
        feature_service_revision=1,
        event_time_column="event_timestamp",
        mode="",
        max_age_ms=None,
        inputs=inputs or tuple(column.column for column in resolved.features),
        features=resolved.features,
        computed=resolved.computed,
        key_types=resolved.key_types,
        request_data=resolved.request_data,
        training_set_id="ts_1",
        snapshot_id="s",
        labels_digest="l",
        digest="d",
        receipt={"rows": 3},
    )


def asked(
    record: ModelRecord,
    given: Collection[str] = (),
    now: snapshot_pb2.Snapshot | None = None,
    *,
    own_times: bool = True,
) -> FeatureRequest | None:
    """Runs the operation with `now` as the answer of the registry."""
    options = client_options(
        None, {}, project="flights", token=None, tls=None, timeouts=None, progress=None
    )
    operation = feature_request(Context(options), record, given, own_times=own_times)
    try:
        next(operation)
        operation.send(registry_pb2.GetSnapshotResponse(snapshot=now or flights_snapshot()))
    except StopIteration as done:
        found: FeatureRequest | None = done.value
        return found
    raise AssertionError("it asks more than once")


def test_a_record_is_the_same_after_json() -> None:
    record = record_of(SERVICE)
    plain = json.loads(json.dumps(record.to_json()))
    assert model_record({METADATA_KEY: plain}, "models:/m") == record
    assert record.key_types == {"origin": "STRING", "destination": "STRING"}
    assert record.views() == (
        ModelView("airport_hourly", 1, ("departures", "mean_delay")),
        ModelView("route_daily", 1, ("flights",)),
    )


@pytest.mark.parametrize(
    ("metadata", "text"),
    [
        (None, "it was logged without a training set"),
        ({"mine": 1}, "timewell.mlflow.log_model"),
        ({METADATA_KEY: {"format": 2}}, "its record has format 2, expected 1"),
    ],
)
def test_models_without_a_record_say_so(metadata: dict[str, object] | None, text: str) -> None:
    with pytest.raises(StateError, match="models:/m") as raised:
        model_record(metadata, "models:/m")
    assert text in str(raised.value)


def test_features_of_a_service_are_looked_up_in_the_versions_of_the_record() -> None:
    found = asked(record_of(SERVICE))
    assert found is not None
    origin, route = found.request.lookups.lookups
    assert (origin.view, list(origin.lookup_keys)) == ("airport_hourly@1", ["origin"])
    assert list(origin.features) == ["departures", "mean_delay"]
    assert (route.view, list(route.lookup_keys)) == ("route_daily@1", ["origin", "destination"])
    assert found.names == {
        "lookup_1__departures": "origin__departures",
        "lookup_1__mean_delay": "origin__mean_delay",
        "lookup_2__flights": "route_daily__flights",
    }


def test_what_the_keys_bring_along_is_not_looked_up() -> None:
    record = record_of(SERVICE, inputs=("route_daily__flights", "hour"))
    found = asked(record, ["origin", "destination", "hour"])
    assert found is not None
    assert list(found.names.values()) == ["route_daily__flights"]
    assert asked(record, ["route_daily__flights", "hour"]) is None


def test_references_and_lookups_are_found_again() -> None:
    references = retrieval_pb2.GetTrainingSetRequest()
    references.features.references.extend(["route_daily:*", "airport_hourly@1:mean_delay"])
    columns = resolve_columns(references, flights_snapshot()).features
    assert [column.column for column in columns] == [
        "route_daily__flights",
        "airport_hourly__mean_delay",
    ]
    lookups = retrieval_pb2.GetTrainingSetRequest()
    lookups.lookups.lookups.add(
        view="airport_hourly", alias="o", lookup_keys=["origin"], event_time_column="at"
    )
    record = record_of(lookups)
    assert {column.version for column in record.features} == {2}
    found = asked(record, ["origin", "at"])
    assert found is not None
    assert found.request.lookups.lookups[0].event_time_column == "at"
    assert found.time_columns == ("at",)
    for at_once in (asked(record, ["origin", "at"], own_times=False), asked(record, ["origin"])):
        assert at_once is not None
        assert at_once.request.lookups.lookups[0].event_time_column == ""
        assert at_once.time_columns == ()


def test_features_that_came_after_the_service_was_applied_are_none_of_its_own() -> None:
    snapshot = flights_snapshot()
    snapshot.feature_services[0].feature_number_max["origin"] = 1
    columns = resolve_columns(SERVICE, snapshot).features
    assert [column.column for column in columns] == ["origin__departures", "route_daily__flights"]


def test_on_demand_features_come_from_a_service_that_means_the_same() -> None:
    record = record_of(SERVICE, inputs=("is_late", "origin__mean_delay"))
    later = flights_snapshot(version=9)
    later.feature_services[0].revision = 4
    later.feature_services[0].definition.views.add(view="route_daily", alias="back")
    found = asked(record, now=later)
    assert found is not None
    assert found.request.feature_service == "delay_v1"
    assert list(found.names) == ["is_late", "origin__mean_delay"]


@pytest.mark.parametrize(
    ("now", "text"),
    [
        (flights_snapshot(expression="true"), "on-demand feature is_late has another expression"),
        (flights_snapshot(origin_version=2), "origin__departures comes from another place"),
    ],
)
def test_on_demand_features_that_mean_something_else_are_refused(
    now: snapshot_pb2.Snapshot, text: str
) -> None:
    with pytest.raises(StateError, match=text) as raised:
        asked(record_of(SERVICE, inputs=("is_late",)), now=now)
    assert raised.value.kind == "BREAKING_CHANGE"


def test_on_demand_features_of_a_deleted_service_are_refused() -> None:
    now = flights_snapshot()
    del now.feature_services[:]
    with pytest.raises(StateError, match="feature service delay_v1, which was deleted"):
        asked(record_of(SERVICE, inputs=("is_late",)), now=now)


def test_columns_of_what_is_gone_are_an_error() -> None:
    snapshot = flights_snapshot()
    request = retrieval_pb2.GetTrainingSetRequest(feature_service="gone")
    with pytest.raises(NotFoundError, match="Cannot find feature service gone in version 7"):
        resolve_columns(request, snapshot)
    del snapshot.feature_views[:]
    with pytest.raises(NotFoundError, match="Cannot find feature view airport_hourly@1"):
        resolve_columns(SERVICE, snapshot)
