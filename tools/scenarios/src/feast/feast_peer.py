"""Feast itself, unmodified, as tests drive it: one JSON command a line on stdin, one JSON answer a line on stdout."""

import json
import os
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import grpc
from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource, RepoConfig
from feast import types, value_type
from feast.feature_server_utils import convert_response_to_dict
from feast.protos.feast.serving.ServingService_pb2 import (
    FieldStatus,
    GetFeastServingInfoRequest,
    GetOnlineFeaturesRequest,
)
from feast.protos.feast.serving.ServingService_pb2_grpc import ServingServiceStub
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from google.protobuf.json_format import ParseDict

answers = sys.stdout
sys.stdout = sys.stderr  # What Feast prints must not mix with the answers.


def config_of(command, online_store):
    folder = Path(command["folder"])
    return RepoConfig(
        project="feast",
        provider="local",
        registry=str(folder / "registry.db"),
        online_store=online_store,
        entity_key_serialization_version=3,
    )


def remote(command):
    return FeatureStore(config=config_of(command, {"type": "remote", "path": command["url"]}))


def read(command):
    """Reads as an application does, with the store of type remote."""
    features = command.get("features") or FeatureService(name=command["service"], features=[])
    response = remote(command).get_online_features(
        features=features,
        entity_rows=command["rows"],
        full_feature_names=command.get("full", False),
        include_feature_view_version_metadata=command.get("versions", False),
    )
    vectors = zip(response.proto.metadata.feature_names.val, response.proto.results)
    frame = response.to_df()
    values = response.to_dict()
    if command.get("asText"):
        values = {name: [str(value) for value in column] for name, column in values.items()}
    return {
        "values": values,
        "statuses": {name: [FieldStatus.Name(s) for s in vector.statuses] for name, vector in vectors},
        "frame": {"columns": list(frame.columns), "rows": len(frame)},
        "versions": {v.name: v.version for v in response.proto.metadata.feature_view_metadata},
    }


def call(command):
    """Calls the gRPC contract with the stub that Feast brings along."""
    with grpc.insecure_channel(command["address"]) as channel:
        request = ParseDict(command["request"], GetOnlineFeaturesRequest())
        response = ServingServiceStub(channel).GetOnlineFeatures(request, timeout=20)
    return json.dumps(convert_response_to_dict(response))


def info(command):
    with grpc.insecure_channel(command["address"]) as channel:
        return ServingServiceStub(channel).GetFeastServingInfo(GetFeastServingInfoRequest()).version


def script(command):
    """Runs a script beside a feature_store.yaml, as the documentation shows both, and returns what its reads answered."""
    folder = Path(command["folder"])
    folder.mkdir(parents=True)
    (folder / "feature_store.yaml").write_text(command["yaml"])
    read_features, answered = FeatureStore.get_online_features, []

    def recording(*args, **kwargs):
        response = read_features(*args, **kwargs)
        answered.append(response.to_dict())
        return response

    FeatureStore.get_online_features = recording
    before = os.getcwd()
    os.chdir(folder)
    try:
        exec(command["code"], {})  # noqa: S102: the code is that of the documentation.
    finally:
        os.chdir(before)
        FeatureStore.get_online_features = read_features
    return answered


def feast_type(name):
    return types.Array(getattr(types, name[6:-1])) if name.startswith("Array(") else getattr(types, name)


def fill(command):
    """Makes a repository of Feast with the same views and rows, on its own SQLite, for `feast serve`."""
    folder = Path(command["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "feature_store.yaml").write_text(
        "project: feast\nprovider: local\nregistry: registry.db\n"
        "online_store:\n  type: sqlite\n  path: online.db\n"
        "entity_key_serialization_version: 3\n"
    )
    store = FeatureStore(repo_path=str(folder))
    for view in command["views"]:
        keys = [
            Entity(name=name, join_keys=[name], value_type=value_type.ValueType[key])
            for name, key in view["keys"].items()
        ]
        schema = [Field(name=name, dtype=feast_type(dtype)) for name, dtype in view["features"].items()]
        keys_of_view = [Field(name=name, dtype=feast_type(key.title())) for name, key in view["keys"].items()]
        source = FileSource(name=f"{view['name']}_source", path=str(folder / "none.parquet"), timestamp_field="at")
        made = FeatureView(
            name=view["name"],
            entities=keys,
            schema=schema + keys_of_view,
            ttl=None if view["ttl"] is None else timedelta(seconds=view["ttl"]),
            source=source,
            online=True,
        )
        store.apply([*keys, made])
        stored = store.get_feature_view(view["name"])
        rows = [
            (
                EntityKey(
                    join_keys=sorted(row["keys"]),
                    entity_values=[ParseDict(row["keys"][name], Value()) for name in sorted(row["keys"])],
                ),
                {name: ParseDict(value, Value()) for name, value in row["values"].items()},
                datetime.fromtimestamp(row["at"], tz=timezone.utc),
                None,
            )
            for row in view["rows"]
        ]
        store._get_provider().online_write_batch(store.config, stored, rows, None)
    return len(command["views"])


commands = {"read": read, "call": call, "info": info, "script": script, "fill": fill}

for line in sys.stdin:
    command = json.loads(line)
    try:
        answer = {"answer": commands[command["do"]](command)}
    except grpc.RpcError as error:
        answer = {"error": error.code().name, "message": error.details()}
    except Exception as error:  # noqa: BLE001: a test looks at it.
        answer = {"error": type(error).__name__, "message": str(error)}
    answers.write(json.dumps(answer, default=str) + "\n")
    answers.flush()
