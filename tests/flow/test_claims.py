"""Waivers and attestations through the whole operator: seen in score and report, over to the second, told once."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

from tests.fakeapi.store import Object
from tests.fakeapi.virtual_time import until
from tests.flow.conftest import Play
from tests.flow.objects import deployment, pods_of, policy
from tests.flow.stage import ATTESTATIONS, DEPLOYMENTS, EPOCH, PODS, POLICIES, WAIVERS, Stage
from tests.policy.claims import claim

SEARCH = {"kind": "Deployment", "name": "search"}
NAMES = {"waiver": "legacy", "attestation": "run"}
OLD, NEW = "shop.example/app:1.2.3", "shop.example/app:1.2.4"


def after(seconds: float) -> str:
    """A time so long after the beginning of the play."""
    return f"{EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def conditions(stage: Stage, collection: str, name: str) -> dict[str, str]:
    held = stage.get(collection, name) or {}
    return {item["type"]: item["reason"] for item in held.get("status", {}).get("conditions", ())}


def line(stage: Stage, name: str) -> Any:
    """A requirement as the report tells it; None where it is met."""
    (card,) = stage.report()["status"]["scorecards"]
    return next((item for item in card["requirements"] if item["name"] == name), None)


def attestation(name: str = "run", **spec: Any) -> Object:
    return claim("ReadinessAttestation", name, attestedTime="2026-11-20T16:00:00Z", **spec)


def with_image(image: str) -> Object:
    workload = deployment()
    workload["spec"]["template"]["spec"]["containers"][0]["image"] = image
    return workload


def put_pod(stage: Stage, image: str) -> None:
    """Let the Deployment's one pod run an image."""
    (pod,) = pods_of(stage.store, stage.get(DEPLOYMENTS, "cart"))
    pod = deepcopy(pod)
    pod["spec"]["containers"][0]["image"] = image
    stage.store.put(PODS, pod)


def test_a_waiver_counts_is_reported_and_runs_out(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        stage.store.put(POLICIES, policy())
        await stage.leader()
        await stage.settled(compliant="False")
        assert stage.report()["status"]["items"] == "1/2"
        end = stage.clock.now() + timedelta(minutes=5)
        stage.store.put(WAIVERS, claim("ReadinessWaiver", "legacy", expirationTime=f"{end:%Y-%m-%dT%H:%M:%S.%fZ}"))
        await until(lambda: stage.condition("Compliant")[0] == "True", within=2.0)
        await until(lambda: conditions(stage, WAIVERS, "legacy").get("Active") == "Active", within=1.0)
        status = stage.get(WAIVERS, "legacy")["status"]
        assert (status["observedGeneration"], status["matchedWorkloads"], status["waivedFindings"]) == (1, 1, 1)
        assert (stage.report()["status"]["items"], stage.report()["status"]["verdict"]) == ("1/1", "Go")
        waived = line(stage, "run-as-non-root")
        assert waived["outcome"] == "waived"
        assert waived["waiver"] == {"name": "legacy", "expirationTime": f"{end:%Y-%m-%dT%H:%M:%SZ}"}
        assert stage.status()["activeWaivers"] == [{"namespace": "shop", **waived["waiver"]}]
        assert stage.status()["activeWaiversTotal"] == 1
        assert stage.status()["summary"]["requirements"]["waived"] == 1

        await stage.calm((end - stage.clock.now()).total_seconds() - 0.5)
        assert stage.condition("Compliant")[0] == "True"
        await until(lambda: stage.condition("Compliant")[0] == "False", within=2.0)
        await until(lambda: conditions(stage, WAIVERS, "legacy").get("Active") == "Expired", within=1.0)
        assert line(stage, "run-as-non-root")["outcome"] == "fail"
        await until(lambda: stage.status()["activeWaiversTotal"] == 0, within=12.0)
        assert [event["regarding"]["name"] for event in stage.events("WaiverExpired")] == ["legacy"]

    play(scenario)


def test_an_attestation_of_an_image_stops_counting_when_the_workload_rolls(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, with_image(OLD))
        put_pod(stage, OLD)
        stage.store.put(POLICIES, policy(requirements=[{"name": "test-coverage", "severity": "critical"}]))
        await stage.leader()
        await stage.settled(compliant="Unknown")
        stage.store.put(ATTESTATIONS, attestation(claim="test-coverage", image=OLD, value={"percent": 83}))
        await until(lambda: stage.condition("Compliant")[0] == "True", within=2.0)
        await until(lambda: conditions(stage, ATTESTATIONS, "run").get("Valid") == "Fresh", within=1.0)
        stage.store.put(DEPLOYMENTS, {**stage.get(DEPLOYMENTS, "cart"), "spec": with_image(NEW)["spec"]})
        await stage.stays(lambda: stage.condition("Compliant")[0] == "True", 5)  # its pods are still of the old one
        put_pod(stage, NEW)
        await until(lambda: stage.condition("Compliant")[0] != "True", within=2.0)
        await until(lambda: conditions(stage, ATTESTATIONS, "run").get("Valid") == "ImageMismatch", within=1.0)

    play(scenario)


def test_an_attestation_that_begins_counts_also_where_nobody_judges(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(ATTESTATIONS, claim("ReadinessAttestation", "run", attestedTime=after(30)))
        await stage.leader()
        await until(lambda: conditions(stage, ATTESTATIONS, "run").get("Valid") == "NotYetValid", within=5.0)
        await stage.calm(31)
        assert conditions(stage, ATTESTATIONS, "run")["Valid"] == "Fresh"

    play(scenario)


def test_that_an_attestation_ends_soon_is_told_fourteen_days_and_a_day_before_and_at_the_end(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(ATTESTATIONS, attestation(expirationTime=after(14 * 86400 + 60)))
        await stage.leader()
        await until(lambda: conditions(stage, ATTESTATIONS, "run").get("Expiring") == "AsExpected", within=2.0)
        await stage.calm(61)
        told = [event["note"] for event in stage.events("AttestationExpiring")]
        assert told == [f"it ends at {after(14 * 86400 + 60)}"]

    play(scenario)


def test_nobody_writes_or_tells_anything_twice(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        stage.store.put(POLICIES, policy())
        stage.store.put(WAIVERS, claim("ReadinessWaiver", "over", expirationTime=after(60)))
        stage.store.put(WAIVERS, claim("ReadinessWaiver", "long"), claim("ReadinessWaiver", "bad", checks=["nothing"]))
        stage.store.put(ATTESTATIONS, attestation())
        first, second = await stage.leader(), await stage.start()
        await until(lambda: stage.events("WaiverExpired"), within=90.0)
        await stage.calm(15)
        written = len(first.written())
        await stage.calm(120)
        assert len(first.written()) == written
        await first.crash()
        await until(second.leads, within=30.0)
        await stage.calm(120)
        assert second.written() == []
        assert len(stage.events()) == len(stage.events("WaiverExpired")) == 1

    play(scenario)


def test_a_bad_waiver_says_so_and_others_go_on(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        stage.store.put(POLICIES, policy())
        stage.store.put(WAIVERS, claim("ReadinessWaiver", "bad", checks=["run-as-nonroot"]))
        short = {"expirationTime": "2026-12-01T00:00:00Z"}
        stage.store.put(WAIVERS, claim("ReadinessWaiver", "idle", **short, workloadRef=SEARCH))
        stage.store.put(WAIVERS, claim("ReadinessWaiver", "long"))
        await stage.leader(waiver_days=30)
        await stage.settled(compliant="False")
        await until(lambda: conditions(stage, WAIVERS, "long").get("Active") == "ExpirationTooFar", within=2.0)
        assert conditions(stage, WAIVERS, "bad") == {"Active": "InvalidSpec"}
        assert conditions(stage, WAIVERS, "idle")["Active"] == "TargetNotFound"

    play(scenario)


def test_the_metrics_say_when_claims_end_on_every_replica(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(WAIVERS, claim("ReadinessWaiver", "legacy", expirationTime=after(0)))
        stage.store.put(ATTESTATIONS, attestation(expirationTime=after(60)))
        await stage.leader()
        standing_by = await stage.start()
        await until(lambda: standing_by.process.elector.holder)
        _, text = await standing_by.ask("/metrics")
        told = dict(line.rsplit(" ", 1) for line in text.splitlines() if "_expiration_" in line and line[0] != "#")
        waiver, run = (f'{{{each}="{name}",{each}_namespace="shop"' for each, name in NAMES.items())
        assert {name: float(value) - EPOCH.timestamp() for name, value in told.items()} == {
            f"readiness_waiver_expiration_timestamp_seconds{waiver}}}": 0,
            f'readiness_attestation_expiration_timestamp_seconds{run},claim="load-test"}}': 60,
        }

    play(scenario)
