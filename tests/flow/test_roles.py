"""Roles and their bindings: read while a policy asks for them, and what they allow is judged as they change."""

from typing import Any

from tests.fakeapi.virtual_time import until
from tests.flow.conftest import Play
from tests.flow.objects import deployment, policy
from tests.flow.stage import DEPLOYMENTS, POLICIES, Stage

RBAC = "/apis/rbac.authorization.k8s.io/v1"
KINDS = tuple(f"{RBAC}/{plural}" for plural in ("roles", "clusterroles", "rolebindings", "clusterrolebindings"))
ROLES, _, BINDINGS, _ = KINDS
ASKED = [{"name": "no-secret-permissions", "severity": "critical"}]
BINDING = {
    "metadata": {"name": "cart", "namespace": "shop"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "cart"},
    "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "shop"}],
}


def role(*names: str) -> dict[str, Any]:
    rule = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"], "resourceNames": list(names)}
    return {"metadata": {"name": "cart", "namespace": "shop"}, "rules": [rule]}


def test_roles_are_not_read_until_a_policy_asks(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy())
        server = await stage.server()
        server.installed.update(KINDS)
        replica = await stage.leader(server=server)
        await stage.settled(compliant="True")
        assert not [path for path in KINDS if replica.server.seen("list", path)]
        stage.store.put(POLICIES, policy("roles", requirements=ASKED))
        await stage.settled("roles", compliant="True")
        assert all(replica.server.seen("list", path) for path in KINDS)

    play(scenario)


def test_a_binding_and_then_its_role_change_the_answer(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(ROLES, role())
        stage.store.put(POLICIES, policy(requirements=ASKED))
        server = await stage.server()
        server.installed.update(KINDS)
        await stage.leader(server=server)
        await stage.settled(compliant="True")
        stage.store.put(BINDINGS, BINDING)
        await until(lambda: stage.condition("Compliant")[0] == "False", within=60.0)
        stage.store.put(ROLES, role("cart-db"))
        await until(lambda: stage.condition("Compliant")[0] == "True", within=60.0)

    play(scenario)
