"""How clients connect, try again, give up, and what they show."""

from __future__ import annotations

import hashlib
import pickle
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import grpc
import pytest

import timewell
from cutting_proxy import cutting_proxy
from shop import START, Shop, connect, labels, make_shop, spend
from standalone_app import StandaloneApp, standalone_app
from timewell import errors
from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._rpc.from_rpc_error import from_rpc_error
from timewell._rpc.training_part import training_part
from timewell._rpc.wire_fields import wire_fields
from timewell.client import Client
from timewell.client_options import Timeouts
from timewell.tls import Tls


@pytest.fixture(scope="module")
def shop(standalone: StandaloneApp) -> Shop:
    return make_shop(standalone)


@pytest.fixture(scope="module")
def client(shop: Shop) -> Iterator[Client]:
    with shop.connect(progress=False) as client:
        yield client


def test_reads_are_sent_again_where_a_connection_breaks(shop: Shop) -> None:
    with (
        cutting_proxy(shop.app.urls["serving"], [20, 20]) as proxy,
        shop.connect(serving_url=proxy.url) as client,
    ):
        answer = client.get_online_features(features=["spend:total"], rows=[{"user_id": 1}])
        assert answer.statuses["spend"] == ["NOT_FOUND"]
        assert proxy.cut == 2


def test_a_server_that_is_not_there_is_named_with_a_hint() -> None:
    with Client("http://127.0.0.1:1") as client:
        with pytest.raises(errors.UnavailableError) as error:
            client.list_projects()
        assert error.value.kind == "REGISTRY_UNAVAILABLE"
        assert str(error.value).startswith("Cannot reach FeatureRegistry: ")
        assert str(error.value).endswith("TLS and network on the way to it.")


def test_a_call_takes_no_longer_than_its_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Client(url) as client, pytest.raises(errors.DeadlineExceededError) as error:
            client.get_online_features(
                features=["spend:total"], rows=[{"user_id": 1}], timeout_s=0.05
            )
        assert error.value.kind == "DEADLINE_EXCEEDED"
        hasty = Client(url, timeouts=Timeouts(call_s=0.05))
        with hasty, pytest.raises(errors.DeadlineExceededError):
            hasty.list_projects()


def test_addresses_come_from_arguments_then_the_environment_then_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def urls(client: Client) -> list[str]:
        return list(client._context.options.urls.values())

    assert urls(Client()) == [f"http://127.0.0.1:{port}" for port in (7401, 7402, 7403, 7404)]
    assert urls(Client("https://features.example:443")) == ["https://features.example:443"] * 4
    assert urls(Client("http://[::1]"))[0] == "http://[::1]:7401"
    monkeypatch.setenv("TIMEWELL_SERVING", "http://serving:9000")
    monkeypatch.setenv("TIMEWELL_URL", "http://other")
    monkeypatch.setenv("TIMEWELL_PROJECT", "flights")
    by_environment = Client(registry_url="http://registry")
    assert urls(by_environment) == [
        "http://registry:7401",
        "http://serving:9000",
        "http://other:7403",
        "http://other:7404",
    ]
    assert by_environment.project == "flights"
    assert urls(Client("http://given"))[1] == "http://given:7402"
    for wrong in ("features.example", "ftp://features.example", "http://host:port"):
        with pytest.raises(errors.InvalidRequestError, match="expected a URL"):
            Client(wrong)


def certificates(folder: Path) -> None:
    """An authority, and certificates of it for a server on 127.0.0.1 and for a client."""

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    new = ("-newkey", "rsa:2048", "-nodes", "-days", "2")
    openssl("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1")
    for name in ("server", "client"):
        openssl(
            "req", *new[:3], "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}"
        )
        openssl(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key"),
            *("-CAcreateserial", "-days", "2", "-extfile", "names", "-out", f"{name}.pem"),
        )


def test_tls_both_ways_and_tokens(tmp_path: Path) -> None:
    certificates(tmp_path)
    tokens = {"notebook": "read", "pipeline": "admin"}
    lines = [f"{it} {tokens[it]} {hashlib.sha256(it.encode()).hexdigest()}\n" for it in tokens]
    (tmp_path / "tokens").write_text("".join(lines))
    flags = [
        *("--tls-cert", str(tmp_path / "server.pem"), "--tls-key", str(tmp_path / "server.key")),
        *("--tls-client-ca", str(tmp_path / "ca.pem"), "--tokens", str(tmp_path / "tokens")),
    ]
    tls = Tls(
        ca=tmp_path / "ca.pem",
        cert=str(tmp_path / "client.pem"),
        key=(tmp_path / "client.key").read_bytes(),
    )
    with standalone_app(tmp_path / "data", tmp_path / "sources", *flags) as app:
        with connect(app, "shop", tls=tls, token="pipeline") as client:
            assert client.list_projects() == {}
        with connect(app, "shop", tls=tls, token="notebook") as client:
            with pytest.raises(errors.AccessDeniedError) as denied:
                client.apply(spend)
            assert denied.value.kind == "PERMISSION_DENIED"
        anonymous = connect(app, "shop", tls=tls)
        with anonymous, pytest.raises(errors.UnauthenticatedError, match="carries no token"):
            anonymous.list_projects()
        stranger = connect(app, "shop", tls=Tls(ca=tmp_path / "ca.pem"), token="pipeline")
        with stranger, pytest.raises(errors.UnavailableError):
            stranger.list_projects()
    with pytest.raises(errors.InvalidRequestError, match=r"PEM file '.*absent.pem'"):
        Client(tls=Tls(ca=tmp_path / "absent.pem"))


def test_errors_without_a_detail_have_a_kind_too() -> None:
    cases = [
        (grpc.StatusCode.UNAVAILABLE, "", "STORE_UNAVAILABLE", errors.UnavailableError),
        (grpc.StatusCode.UNKNOWN, "Stream removed", "STORE_UNAVAILABLE", errors.UnavailableError),
        (grpc.StatusCode.UNIMPLEMENTED, "", "INVALID_REQUEST", errors.InvalidRequestError),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "", "LIMIT_EXCEEDED", errors.OverloadedError),
        (grpc.StatusCode.UNKNOWN, "what", "INTERNAL", errors.InternalError),
    ]
    for code, details, kind, family in cases:
        error = from_rpc_error(code, details, [], "OnlineServing")
        assert (error.kind, type(error)) == (kind, family)
    spoilt = [("grpc-status-details-bin", b"\x1a\x7f")]
    error = from_rpc_error(grpc.StatusCode.INTERNAL, "x", spoilt, "OnlineServing")
    assert error.kind == "INTERNAL"


def test_errors_are_exceptions_of_python_and_can_be_pickled() -> None:
    error = errors.NotFoundError("FILE_NOT_FOUND", "Cannot find it", field="path", hint="Look.")
    assert isinstance(error, LookupError)
    assert str(error) == "Cannot find it. Look."
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.kind) == (type(error), str(error), error.kind)
    assert (copy.field, copy.hint, copy.code) == ("path", "Look.", "NOT_FOUND")


def test_parts_of_a_stream_are_read_as_protobuf_reads_them() -> None:
    end = retrieval_pb2.BatchEnd(sequence=3, rows=2**40, digest=b"d" * 32, resume_token=b"t")
    sent = retrieval_pb2.GetTrainingSetResponse(arrow_batch=b"x" * 70_000, batch_end=end)
    part = training_part(sent.SerializeToString())
    assert part.batch is not None
    assert bytes(part.batch) == sent.arrow_batch
    assert part.batch_end == end
    assert [part.start, part.schema, part.receipt] == [None] * 3
    for spoilt in (sent.SerializeToString()[:-3], b"\x0b", b"\xff" * 11):
        with pytest.raises(ValueError, match="Cannot read a message"):
            list(wire_fields(spoilt))


def test_progress_is_shown_where_it_is_wanted(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    with shop.connect(progress=True) as client:
        joined = client.get_historical_features(labels(10), features=["visits:visits"])
        joined.to_arrow(progress=False)
        assert capsys.readouterr().err == ""
        joined.to_arrow()
        assert "training set: 100%" in capsys.readouterr().err
        client.materialize("visits", START, START + timedelta(days=1))
        assert "materialize visits: 100%" in capsys.readouterr().err
    with shop.connect() as client:
        client.get_historical_features(labels(10), features=["visits:visits"]).to_arrow()
        assert capsys.readouterr().err == ""


def test_notebooks_show_what_a_training_set_and_an_answer_are(client: Client) -> None:
    joined = client.get_historical_features(labels(10), features=["visits:visits"])
    assert repr(joined) == "TrainingSet(features=visits:visits, state=not read yet)"
    joined.to_arrow()
    html = joined._repr_html_()
    assert joined.id in html
    assert "10 PRESENT" in html
    answer = client.get_online_features(features=["spend:city"], rows=[{"user_id": 1}])
    assert "<th>spend__city</th>" in answer._repr_html_()
    assert repr(answer) == "OnlineFeatures(1 rows, 1 features)"


def test_nothing_but_its_needs_is_imported() -> None:
    names = "{'pandas', 'polars', 'tqdm', 'torch', 'mlflow'}"
    source = f"import sys, timewell; print(sorted({names} & set(sys.modules)))"
    paths = {"PYTHONPATH": str(Path(timewell.__file__).parents[1])}
    command = [sys.executable, "-c", source]
    done = subprocess.run(command, env=paths, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
