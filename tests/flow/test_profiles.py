"""What becomes of policies whose profile is a team's own, in a ConfigMap that comes, changes, breaks and goes."""

from tests.fakeapi.store import Object
from tests.fakeapi.virtual_time import until
from tests.flow.conftest import Play
from tests.flow.objects import deployment, policy
from tests.flow.stage import CLUSTER_POLICIES, DEPLOYMENTS, POLICIES, Stage

CONFIG_MAPS = "/api/v1/configmaps"

STRICT = "name: house\ntitle: Ours\nrequirements: [{name: run-as-non-root}]\n"
LENIENT = STRICT.replace("run-as-non-root", "run-as-non-root, severity: low")
BROKEN = STRICT.replace("requirements", "requirement")


def profile(text: str, *, namespace: str = "shop", label: str = "true") -> Object:
    """A ConfigMap with a profile."""
    metadata = {"name": "house", "namespace": namespace, "labels": {"readiness.dev/profile": label}}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"profile.yaml": text}}


def by_house(*, namespace: str = "shop") -> Object:
    """A policy that says nothing but which profile."""
    return policy(namespace=namespace, profile={"name": "house"}, requirements=[])


async def stalled(stage: Stage, reason: str) -> str:
    """The message of the condition, once it has this reason."""
    await until(lambda: stage.condition("Stalled") == ("True", reason), within=1.0)
    return next(str(item["message"]) for item in stage.status()["conditions"] if item["type"] == "Stalled")


def test_a_policy_waits_for_its_profile_follows_it_and_outlives_it(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        stage.store.put(POLICIES, by_house())
        await stage.leader()
        assert 'there is no profile "house"' in await stalled(stage, "UnknownProfile")
        stage.store.put(CONFIG_MAPS, profile(STRICT, label="false"))
        stage.store.put(CONFIG_MAPS, profile(STRICT))
        await until(lambda: stage.condition("Compliant")[0] == "False", within=1.0)
        assert stage.condition("Stalled") == ("", "")
        stage.store.put(CONFIG_MAPS, profile(LENIENT))
        await until(lambda: stage.condition("Compliant")[0] == "True", within=1.0)
        stage.store.put(CONFIG_MAPS, profile(BROKEN))
        told = await stalled(stage, "InvalidSpec")
        assert 'ConfigMap shop/house: requirement: unknown field; did you mean "requirements"?' in told
        stage.store.remove(CONFIG_MAPS, "house", "shop")
        await stalled(stage, "UnknownProfile")

    play(scenario)


def test_the_operators_own_namespace_has_profiles_for_all_and_goes_before_others(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        stage.store.put(POLICIES, by_house())
        stage.store.put(CLUSTER_POLICIES, by_house(namespace=""))
        stage.store.put(CONFIG_MAPS, profile(LENIENT))
        await stage.leader()
        await until(lambda: stage.condition("Compliant")[0] == "True", within=1.0)
        await until(lambda: stage.condition("Stalled", namespace="") == ("True", "UnknownProfile"))
        stage.store.put(CONFIG_MAPS, profile(STRICT, namespace="readiness-system"))
        await until(lambda: stage.condition("Compliant")[0] == "False", within=1.0)
        await until(lambda: stage.condition("Compliant", namespace="")[0] == "False", within=1.0)

    play(scenario)
