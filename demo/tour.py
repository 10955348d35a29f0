"""The demo itself: install the operator, let it judge the samples, show what it says."""

import json
from pathlib import Path

from demo.errors import FAILURES, DemoError
from demo.expectations import SHOP, WORKLOADS, await_all, statuses
from demo.place import Images, Place
from demo.progress import say, show
from tests.cluster import images as sample_images

ROOT = Path(__file__).parents[1]
RELEASE = "readiness-operator"
SYSTEM = "readiness-system"
_MARK = "app.kubernetes.io/part-of=readiness-demo"
_NEVER_READY = "search"


def run(place: Place) -> None:
    """The whole demo; raises one of FAILURES when something is not as it should be."""
    place.start()
    images = place.provide_images()
    try:
        apply_workloads(place, images)
        install(place, images)
        apply_policies(place)
        judge(place)
    except FAILURES:
        show_evidence(place)
        raise
    show_result(place)


def apply_workloads(place: Place, images: Images) -> None:
    """Create the shop, or put its pods back to how they start."""
    there = place.kubectl("get", "namespace", SHOP, "--ignore-not-found", "--output=name")
    if there and not place.kubectl("get", "namespace", "--selector", _MARK, "--output=name"):
        raise DemoError(f"the cluster has a namespace {SHOP} that is not the demo's; it is left alone")
    say(f"applying {len(WORKLOADS)} sample workloads to the namespace {SHOP}")
    if there:  # what somebody changed by hand in them, apply would keep
        place.kubectl("delete", "deployments", "--all", "--namespace", SHOP)
    place.kubectl("apply", "--filename=-", input=manifests("workloads").replace(sample_images.SAMPLE, images.sample))


def install(place: Place, images: Images) -> None:
    """Install the chart, or upgrade it."""
    say(f"helm upgrade --install {RELEASE} charts/readiness-operator --wait")
    values = {
        "image": image_values(images.operator) | {"pullPolicy": images.pull_policy},
        "podAnnotations": {"readiness.dev/image-content": images.content},
    }
    settings = [f"--set-json={key}={json.dumps(value)}" for key, value in values.items()]
    chart = str(ROOT / "charts/readiness-operator")
    where = ("--namespace", SYSTEM, "--create-namespace")
    place.helm("upgrade", "--install", RELEASE, chart, *where, *settings, "--wait", "--timeout=100s")


def image_values(image: str) -> dict[str, str]:
    """An image's name as the chart's values have it: repository, and tag or digest."""
    name, _, digest = image.partition("@")
    head, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:  # the colon of a port
        head, tag = name, ""
    return {"registry": "", "repository": head, "tag": tag, "digest": digest}


def apply_policies(place: Place) -> None:
    """Create the two policies, once the pods that can be ready are."""
    say("waiting for the workloads that can become ready")
    for name in WORKLOADS:
        if name != _NEVER_READY:
            place.kubectl("rollout", "status", f"deployment/{name}", "--namespace", SHOP, "--timeout=100s")
    say("applying the policies production and good-only")
    place.kubectl("apply", "--filename=-", input=manifests("policies"))


def judge(place: Place) -> None:
    """Wait for what the operator must say."""
    say("waiting for the policies' conditions")
    for expectation in await_all(place):
        say(f"  as expected: {expectation}")


def show_result(place: Place) -> None:
    """The tables, what blocks, what to do about it, and how to go on."""
    show("kubectl get rdp,rdr --namespace shop", place.kubectl("get", "rdp,rdr", "--namespace", SHOP))
    status = statuses(place)["production"]
    show("What blocks", "\n".join(f"  {_blocker(item)}" for item in status.get("blockers", ())))
    show("What to do next", "\n".join(f"  {item['requirement']}: {item['remedy']}" for item in status["nextSteps"]))
    show("Go on", _GO_ON.format(kubectl=place.typed, python=place.typed.partition(" ")[0]))


def show_evidence(place: Place) -> None:
    """All that helps to find out what went wrong; what cannot be had is left out."""
    for title, arguments in _EVIDENCE.items():
        try:
            show(title, place.kubectl(*arguments))
        except FAILURES as error:
            show(title, str(error))


def manifests(folder: str) -> str:
    """The YAML of a folder of samples."""
    return "\n---\n".join(path.read_text() for path in sorted((ROOT / "demo" / folder).glob("*.yaml")))


def _blocker(item: dict[str, str]) -> str:
    return f"{item['severity']:8}  {item['requirement']}: {item['message']}"


_EVIDENCE = {
    "Pods": ("get", "pods", "--all-namespaces", "--output=wide"),
    "Policies": ("get", "readinesspolicies", "--namespace", SHOP, "--output=yaml"),
    "Reports": ("get", "readinessreports", "--namespace", SHOP, "--output=wide"),
    "The operator's pods": ("describe", "pods", "--namespace", SYSTEM),
    "The operator's logs": (
        "logs", "--namespace", SYSTEM, f"--selector=app.kubernetes.io/name={RELEASE}", "--all-containers",
        "--prefix", "--tail=40",
    ),
}  # fmt: skip

_GO_ON = """\
  Look at one report:       {kubectl} describe rdr deployment-billing -n shop
  Wait as a pipeline does:  {kubectl} wait -n shop rdp/good-only --for=condition=Compliant
  Repair search:            {python} -m demo tell search readyz=200
  Break catalog:            {python} -m demo tell catalog readyz=503     (and =200 again)
  Watch what comes of it:   {kubectl} get -n shop rdp -w
  What happened so far:     {kubectl} get -n shop events \\
                              --field-selector=reportingComponent=readiness.dev/operator
  Lift a fault for good:    {kubectl} set resources -n shop deployment/thumbnails --limits=cpu=200m,memory=64Mi
  End it all:               make demo-down"""
