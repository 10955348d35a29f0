"""Which containers of a pod are behind its Services."""

from collections.abc import Iterable

from readiness.model import Container, PodSpec, Service


def served_by(services: Iterable[Service], pod: PodSpec) -> list[Container]:
    """The containers that run on and declare a port to which one of the Services leads; none where no port tells."""
    targets = {port.target for service in services for port in service.ports}
    return [
        container
        for container in pod.app_containers
        if any(not targets.isdisjoint((port.number, port.name)) for port in container.ports)
    ]
