"""Where the API server is, read from what a pod or a person has."""

import json
import ssl
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
import trustme
import yaml
from tests.fakeapi.server import FakeApi

from readiness.adapters.kubeapi import KubeApi, find, from_kubeconfig, in_cluster
from readiness.runtime.api import ApiError, CredentialsError

ENVIRONMENT = {"KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"}


def tls_of(authority: trustme.CA, *, ask_client: bool = False) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "api.shop.example").configure_cert(context)
    if ask_client:
        authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def account(tmp_path: Path, authority: trustme.CA) -> Path:
    (tmp_path / "token").write_text("sesame")
    (tmp_path / "namespace").write_text("readiness-system\n")
    authority.cert_pem.write_to_path(str(tmp_path / "ca.crt"))
    return tmp_path


def test_a_pod_connects_by_the_address_in_its_environment(account: Path) -> None:
    connection = in_cluster(ENVIRONMENT, account)
    assert connection.server == "https://10.96.0.1:443"
    assert connection.ca_file == str(account / "ca.crt")
    assert connection.namespace == "readiness-system"


def test_an_ipv6_address_is_bracketed(account: Path) -> None:
    environment = {**ENVIRONMENT, "KUBERNETES_SERVICE_HOST": "fd00::1"}
    assert in_cluster(environment, account).server == "https://[fd00::1]:443"


def test_outside_a_pod_the_message_says_so(account: Path) -> None:
    with pytest.raises(CredentialsError, match="not in a pod"):
        in_cluster({}, account)


@pytest.mark.parametrize("missing", ["token", "ca.crt"])
def test_what_the_service_account_lacks_is_named(account: Path, missing: str) -> None:
    (account / missing).unlink()
    with pytest.raises(CredentialsError, match=f"{missing} is missing"):
        in_cluster(ENVIRONMENT, account)


async def test_a_pod_speaks_tls_with_its_own_authority_and_its_token(account: Path, authority: trustme.CA) -> None:
    async with FakeApi(tls=tls_of(authority), tokens={"sesame"}) as fake:
        host, port = fake.url.removeprefix("https://").split(":")
        connection = in_cluster({"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}, account)
        async with KubeApi(connection) as api:
            assert (await api.request("GET", "/api/v1/pods"))["items"] == []


async def test_a_server_of_another_authority_is_not_trusted(account: Path) -> None:
    async with FakeApi(tls=tls_of(trustme.CA())) as fake:
        host, port = fake.url.removeprefix("https://").split(":")
        connection = in_cluster({"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}, account)
        async with KubeApi(connection) as api:
            with pytest.raises(ApiError, match="CERTIFICATE_VERIFY_FAILED"):
                await api.request("GET", "/api/v1/pods")
    assert fake.requests == []


def test_a_broken_authority_file_is_named(account: Path) -> None:
    (account / "ca.crt").write_text("nonsense")
    with pytest.raises(CredentialsError, match=r"ca\.crt"):
        in_cluster(ENVIRONMENT, account).tls()


def write_kubeconfig(folder: Path, user: Mapping[str, object], server: str = "https://api.shop.example") -> str:
    path = folder / "kubeconfig"
    cluster = {"server": server, "insecure-skip-tls-verify": True, "tls-server-name": "api.shop.example"}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "main",
        "clusters": [{"name": "shop", "cluster": cluster}],
        "users": [{"name": "someone", "user": user}],
        "contexts": [
            {"name": "main", "context": {"cluster": "shop", "user": "someone"}},
            {"name": "staging", "context": {"cluster": "shop", "user": "someone", "namespace": "staging"}},
        ],
    }
    path.write_text(yaml.safe_dump(document))
    return str(path)


async def test_a_kubeconfig_gives_address_token_and_namespace(tmp_path: Path) -> None:
    path = write_kubeconfig(tmp_path, {"token": "sesame"})
    connection = from_kubeconfig(path, "staging")
    assert connection.server == "https://api.shop.example"
    assert connection.server_name == "api.shop.example"
    assert connection.namespace == "staging"
    assert not connection.verify
    assert await connection.credentials.authorization() == "Bearer sesame"
    assert from_kubeconfig(path).namespace == "default"


async def test_an_exec_plugin_is_run_for_the_token(tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    version = "client.authentication.k8s.io/v1"
    answer = {"apiVersion": version, "kind": "ExecCredential", "status": {"token": "plugged"}}
    plugin.write_text(f"#!/bin/sh\necho '{json.dumps(answer)}'\n")
    plugin.chmod(plugin.stat().st_mode | stat.S_IXUSR)
    user = {"exec": {"apiVersion": version, "command": str(plugin), "interactiveMode": "Never"}}
    connection = from_kubeconfig(write_kubeconfig(tmp_path, user))
    assert await connection.credentials.authorization() == "Bearer plugged"


async def test_a_client_certificate_says_who_we_are(tmp_path: Path, authority: trustme.CA) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.crt"))
    authority.issue_cert("someone").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "client.pem"))
    user = {"client-certificate": "client.pem", "client-key": "client.pem"}
    async with FakeApi(tls=tls_of(authority, ask_client=True)) as fake:
        connection = from_kubeconfig(write_kubeconfig(tmp_path, user, fake.url))
        assert await connection.credentials.authorization() is None
        async with KubeApi(connection) as api:
            await api.request("GET", "/api/v1/pods")
    assert len(fake.seen("list")) == 1


def test_a_kubeconfig_that_is_not_there_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match="cannot use the kubeconfig"):
        from_kubeconfig(str(tmp_path / "absent"))


def test_an_unknown_context_is_the_users_mistake(tmp_path: Path) -> None:
    path = write_kubeconfig(tmp_path, {"token": "sesame"})
    with pytest.raises(CredentialsError, match="nowhere"):
        from_kubeconfig(path, "nowhere")


def test_a_named_context_wins_over_the_pod_we_may_run_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    path = write_kubeconfig(tmp_path, {"token": "sesame"})
    monkeypatch.setattr("kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", path)
    assert find("main").server == "https://api.shop.example"
