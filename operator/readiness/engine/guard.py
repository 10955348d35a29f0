"""What may be asked at all: the addresses that no probe ever goes to, and the ports that a pod declares."""

from collections.abc import Collection, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from readiness.model import Container, PodSpec, Question

Address = IPv4Address | IPv6Address

_NETWORKS: Mapping[IPv4Network | IPv6Network, str] = {
    IPv4Network("0.0.0.0/8"): "unspecified address",  # Linux takes 0.0.0.0 for loopback
    IPv6Network("::/128"): "unspecified address",
    IPv4Network("127.0.0.0/8"): "loopback address",
    IPv6Network("::1/128"): "loopback address",
    IPv4Network("169.254.0.0/16"): "link-local address",  # 169.254.169.254: credentials in most clouds
    IPv6Network("fe80::/10"): "link-local address",
    IPv4Network("100.100.100.200/32"): "metadata address",  # Alibaba Cloud
    IPv4Network("168.63.129.16/32"): "metadata address",  # Azure
    IPv4Network("192.0.0.0/24"): "metadata address",  # 192.0.0.192: Oracle Cloud; the rest is the IETF's own
    IPv6Network("fd00:ec2::/112"): "metadata address",  # fd00:ec2::254 and its neighbours: AWS
    IPv6Network("fd20:ce::254/128"): "metadata address",  # Google Cloud
    IPv4Network("224.0.0.0/4"): "multicast address",
    IPv6Network("ff00::/8"): "multicast address",
    IPv4Network("240.0.0.0/4"): "reserved address",  # 255.255.255.255 among them
    IPv6Network("fec0::/10"): "reserved address",
    IPv6Network("2001::/32"): "tunnelled address",  # Teredo and 6to4 carry any IPv4 address inside
    IPv6Network("2002::/16"): "tunnelled address",
}


def refusal(address: str, *, forbidden: Collection[Address] = (), allow_loopback: bool = False) -> str | None:
    """
    Why a pod's address must not be asked; None when it may.

    `forbidden` are the addresses of nodes and of the API server, as `parse` reads them. `allow_loopback` is for tests.
    """
    parsed = parse(address)
    if parsed is None:
        return "not an IP address"
    if parsed in forbidden:
        return "address of a node or of the API server"
    for network, reason in _NETWORKS.items():
        if parsed in network:
            return None if allow_loopback and reason == "loopback address" else reason
    # Beyond the table: what nobody has been given yet, and ::/8 with the addresses that NAT64 translates to IPv4.
    return "reserved address" if parsed.is_reserved else None


def parse(address: str) -> Address | None:
    """An address as a value, an IPv4-mapped IPv6 address as the IPv4 address that is meant; None for anything else."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address):
        if parsed.scope_id is not None:  # `fe80::1%eth0`: an interface of ours, and no pod's business
            return None
        return parsed.ipv4_mapped or parsed
    return parsed


def declares(pod: PodSpec, question: Question) -> bool:
    """Whether a pod declares the port of a question: as a TCP containerPort, or in a probe of one of its containers."""
    return any(question.port in _ports(container) for container in pod.app_containers)


def _ports(container: Container) -> Iterator[int]:
    for port in container.ports:
        if port.protocol == "TCP":
            yield port.number
    for probe in (container.liveness, container.readiness, container.startup):
        # A probe with a `host` asks somebody else: it says nothing about this pod's ports.
        if probe is not None and probe.handler is not None and not probe.handler.host:
            number = container.port(probe.handler.port)
            if number:  # 0: an exec probe; None: a name that no port has
                yield number
