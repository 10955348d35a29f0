"""What the operator's ServiceAccount may not do, and how its own pod is kept."""

import json

import pytest
from tests.cluster import samples
from tests.cluster.installed import NAMESPACE, Installation, Namespace, Raw, comes_to, wait_for

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

_CORE = "/api/v1/namespaces/default"
_POLICIES = "/apis/readiness.dev/v1alpha1/namespaces/default/readinesspolicies"
_MERGE = "application/merge-patch+json"
FORBIDDEN = [
    ("GET", "/api/v1/secrets", ""),
    ("GET", f"{_CORE}/secrets/any", ""),
    ("GET", "/api/v1/secrets?watch=1", ""),
    ("POST", f"{_CORE}/pods/any/exec?command=id", "application/json"),
    ("GET", f"{_CORE}/pods/any/log", ""),
    ("POST", f"{_CORE}/pods", "application/json"),
    ("DELETE", f"{_CORE}/pods/any", ""),
    ("PATCH", f"{_CORE}/pods/any/status", _MERGE),
    ("PATCH", "/apis/apps/v1/namespaces/default/deployments/any", _MERGE),
    ("PATCH", "/apis/apps/v1/namespaces/default/deployments/any/scale", _MERGE),
    ("DELETE", "/apis/apps/v1/namespaces/default/deployments/any", ""),
    ("POST", "/apis/batch/v1/namespaces/default/jobs", "application/json"),
    ("PATCH", f"{_CORE}/configmaps/any", _MERGE),
    ("POST", f"{_CORE}/serviceaccounts/default/token", "application/json"),
    ("POST", _POLICIES, "application/json"),
    ("PATCH", f"{_POLICIES}/any", _MERGE),
    ("DELETE", f"{_POLICIES}/any", ""),
    ("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "application/json"),
]


@pytest.fixture(scope="module")
def token(operator: Installation) -> str:
    """A token of its ServiceAccount."""
    return operator.cluster.token_for(NAMESPACE, "readiness-operator")


@pytest.mark.parametrize("method, path, content", FORBIDDEN)
def test_what_it_must_not_do_is_refused(
    operator: Installation, token: str, method: str, path: str, content: str
) -> None:
    assert _status(operator, token, method, path, content) == "403"


def test_what_it_reads_is_granted(operator: Installation, token: str) -> None:
    """Else the refusals above could come from a token that is good for nothing."""
    for path in ("/api/v1/pods", "/apis/apps/v1/deployments", "/apis/readiness.dev/v1alpha1/readinessreports"):
        assert _status(operator, token, "GET", path, "") == "200"


def test_its_namespace_may_enforce_the_restricted_standard(operator: Installation) -> None:
    label = "pod-security.kubernetes.io/enforce=restricted"
    operator.cluster.kubectl("label", "namespace", NAMESPACE, label, "--overwrite")
    operator.cluster.kubectl("rollout", "restart", "deployment/readiness-operator", "-n", NAMESPACE)
    operator.cluster.kubectl("rollout", "status", "deployment/readiness-operator", "-n", NAMESPACE, "--timeout=110s")


def test_it_meets_its_own_recommended_profile(operator: Installation) -> None:
    own = Namespace(operator.cluster, NAMESPACE)
    own.apply(samples.policy("itself", selector={"matchLabels": {"app.kubernetes.io/name": "readiness-operator"}}))
    try:
        wait_for(lambda: own.condition("itself", "Compliant").get("status") == "True", 180)
        comes_to(lambda: _shortcomings(own.policy("itself")), [], 120)
    finally:
        operator.cluster.kubectl("delete", "rdp", "itself", "-n", NAMESPACE)


def _shortcomings(status: Raw) -> list[Raw]:
    """What keeps a policy's verdict from being Go."""
    return [] if status["verdict"] == "Go" else [{"verdict": status["verdict"]}, *status.get("nextSteps", ())]


def _status(operator: Installation, token: str, method: str, path: str, content: str) -> str:
    """What the API server answers to a request with its token."""
    entry = json.loads(operator.cluster.kubectl("config", "view", "-o", "json", "--raw"))["clusters"][0]["cluster"]
    command = ["curl", "-s", "-m", "30", "-o", "/dev/null", "-w", "%{http_code}", "-X", method]
    command += ["--cacert", entry["certificate-authority"], "-H", f"Authorization: Bearer {token}"]
    command += ["-H", f"Content-Type: {content}", "-d", "{}"] if content else []
    done = operator.cluster.run([*command, entry["server"] + path], capture_output=True, text=True)
    return str(done.stdout)
