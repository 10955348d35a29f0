"""No address but a pod's own, and no port but a declared one."""

from ipaddress import ip_address

import pytest

from readiness.engine.guard import declares, parse, refusal
from readiness.model import Container, Handler, PodSpec, Port, Probe, Question, Role, Scheme


@pytest.mark.parametrize("address", ["10.0.3.7", "192.168.1.1", "100.64.0.9", "8.8.8.8", "fd00::7", "2a00:1450::5"])
def test_addresses_that_pods_have_may_be_asked(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize(
    "address, reason",
    [
        ("0.0.0.0", "unspecified address"),
        ("0.1.2.3", "unspecified address"),
        ("::", "unspecified address"),
        ("127.0.0.1", "loopback address"),
        ("127.255.0.3", "loopback address"),
        ("::1", "loopback address"),
        ("169.254.169.254", "link-local address"),
        ("169.254.170.2", "link-local address"),
        ("fe80::1", "link-local address"),
        ("100.100.100.200", "metadata address"),
        ("168.63.129.16", "metadata address"),
        ("192.0.0.192", "metadata address"),
        ("fd00:ec2::254", "metadata address"),
        ("fd20:ce::254", "metadata address"),
        ("224.0.0.251", "multicast address"),
        ("ff02::1", "multicast address"),
        ("240.0.0.1", "reserved address"),
        ("255.255.255.255", "reserved address"),
        ("fec0::1", "reserved address"),
        ("4000::1", "reserved address"),
        ("64:ff9b::a9fe:a9fe", "reserved address"),  # 169.254.169.254 through NAT64
        ("::127.0.0.1", "reserved address"),
        ("2001:0:a9fe:a9fe::1", "tunnelled address"),
        ("2002:7f00:1::", "tunnelled address"),
        ("::ffff:127.0.0.1", "loopback address"),
        ("::ffff:169.254.169.254", "link-local address"),
        ("::ffff:100.100.100.200", "metadata address"),
        ("::ffff:255.255.255.255", "reserved address"),
        ("", "not an IP address"),
        ("localhost", "not an IP address"),
        ("metadata.shop.example", "not an IP address"),
        ("2130706433", "not an IP address"),  # 127.0.0.1 as some resolvers read it
        ("0x7f.1", "not an IP address"),
        ("127.1", "not an IP address"),
        ("010.0.0.1", "not an IP address"),
        ("10.0.0.1:80", "not an IP address"),
        ("[fd00::7]", "not an IP address"),
        ("fd00::7%eth0", "not an IP address"),
    ],
)
def test_other_addresses_are_refused(address: str, reason: str) -> None:
    assert refusal(address) == reason


@pytest.mark.parametrize("address", ["10.0.0.5", "::ffff:10.0.0.5", "fd00:0:0::5", "FD00::5"])
def test_nodes_and_the_api_server_are_refused_however_they_are_written(address: str) -> None:
    assert refusal(address, forbidden={ip_address("10.0.0.5"), ip_address("fd00::5")}) is not None
    assert refusal(address, forbidden={ip_address("10.0.0.6")}) is None


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.9"])
def test_the_switch_for_tests_lets_through_loopback(address: str) -> None:
    assert refusal(address, allow_loopback=True) is None


@pytest.mark.parametrize("address", ["169.254.169.254", "0.0.0.0", "::", "ff02::1", "fd00:ec2::254"])
def test_the_switch_for_tests_lets_through_nothing_else(address: str) -> None:
    assert refusal(address, allow_loopback=True) is not None


def test_a_forbidden_address_stays_so_when_loopback_is_allowed() -> None:
    assert refusal("127.0.0.1", allow_loopback=True, forbidden=[ip_address("127.0.0.1")]) is not None


def test_a_mapped_address_is_read_as_the_one_it_means() -> None:
    assert parse("::ffff:10.0.0.5") == ip_address("10.0.0.5")
    assert parse("cart") is None


def _pod(**container: object) -> PodSpec:
    return PodSpec("spec", containers=(Container("cart", "spec.containers[cart]", **container),))  # type: ignore[arg-type]


def _probe(port: int | str, *, kind: str = "httpGet", host: str = "") -> Probe:
    return Probe(Handler(kind, port, host=host))


@pytest.mark.parametrize(
    "pod",
    [
        _pod(ports=(Port(9000), Port(8080))),
        _pod(liveness=_probe(8080)),
        _pod(readiness=_probe("8080")),
        _pod(startup=_probe(8080, kind="grpc")),
        _pod(ports=(Port(8080, "http"),), readiness=_probe("http")),
        _pod(role=Role.SIDECAR, ports=(Port(8080),)),
    ],
)
def test_declared_ports_may_be_asked(pod: PodSpec) -> None:
    assert declares(pod, Question(Scheme.HTTP, 8080))


@pytest.mark.parametrize(
    "pod",
    [
        PodSpec("spec"),
        _pod(),
        _pod(ports=(Port(8081),), liveness=_probe(8082)),
        _pod(ports=(Port(8080, protocol="UDP"),)),
        _pod(readiness=_probe("http")),  # no port has this name
        _pod(readiness=_probe(8080, host="10.0.0.1")),
        _pod(readiness=Probe(None)),
        _pod(role=Role.INIT, ports=(Port(8080),)),
        _pod(role=Role.EPHEMERAL, ports=(Port(8080),)),
    ],
)
def test_other_ports_may_not(pod: PodSpec) -> None:
    assert not declares(pod, Question(Scheme.HTTP, 8080))


def test_an_exec_probe_declares_no_port() -> None:
    assert not declares(_pod(liveness=Probe(Handler("exec"))), Question(Scheme.TCP, 0))
