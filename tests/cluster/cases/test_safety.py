"""What the operator's ServiceAccount may not do, and how its own pod is kept."""

import json

import pytest
from tests.cluster import samples
from tests.cluster.installed import NAMESPACE, Installation, Namespace, wait_for

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(180)]

FORBIDDEN = [
    ("get", "secrets"),
    ("list", "secrets"),
    ("watch", "secrets"),
    ("create", "pods/exec"),
    ("get", "pods/log"),
    ("create", "pods"),
    ("delete", "pods"),
    ("patch", "pods/status"),
    ("patch", "deployments.apps"),
    ("update", "deployments.apps"),
    ("update", "deployments.apps/scale"),
    ("delete", "deployments.apps"),
    ("create", "jobs.batch"),
    ("patch", "configmaps"),
    ("create", "serviceaccounts/token"),
    ("update", "readinesspolicies.readiness.dev"),
    ("patch", "readinesspolicies.readiness.dev"),
    ("create", "clusterrolebindings.rbac.authorization.k8s.io"),
    ("impersonate", "users"),
]


@pytest.mark.parametrize("verb, resource", FORBIDDEN)
def test_its_token_is_refused(operator: Installation, verb: str, resource: str) -> None:
    """Asked with its very token, not by looking at roles."""
    token = operator.cluster.token_for(NAMESPACE, "readiness-operator")
    kind, _, subresource = resource.partition("/")
    command = ["kubectl", "--kubeconfig=/dev/null", f"--token={token}", *_server(operator)]
    command += ["auth", "can-i", verb, kind, "--all-namespaces"]
    command += [f"--subresource={subresource}"] if subresource else []
    done = operator.cluster.run(command, capture_output=True, text=True)
    assert done.stdout.strip() == "no", done.stderr


def test_reading_a_secret_with_its_token_is_refused_by_the_api_server(operator: Installation) -> None:
    token = operator.cluster.token_for(NAMESPACE, "readiness-operator")
    command = ["kubectl", "--kubeconfig=/dev/null", f"--token={token}", *_server(operator)]
    done = operator.cluster.run([*command, "get", "secrets", "-A"], capture_output=True, text=True)
    assert done.returncode != 0
    assert "forbidden" in done.stderr


def test_its_namespace_may_enforce_the_restricted_standard(operator: Installation) -> None:
    label = "pod-security.kubernetes.io/enforce=restricted"
    operator.cluster.kubectl("label", "namespace", NAMESPACE, label, "--overwrite")
    operator.cluster.kubectl("rollout", "restart", "deployment/readiness-operator", "-n", NAMESPACE)
    operator.cluster.kubectl("rollout", "status", "deployment/readiness-operator", "-n", NAMESPACE, "--timeout=120s")


def test_it_meets_its_own_recommended_profile(operator: Installation) -> None:
    own = Namespace(operator.cluster, NAMESPACE)
    own.apply(samples.policy("itself", selector={"matchLabels": {"app.kubernetes.io/name": "readiness-operator"}}))
    try:
        wait_for(lambda: own.condition("itself", "Compliant").get("status") == "True", 120)
        status = own.policy("itself")
        assert status["verdict"] == "Go", status["nextSteps"]
    finally:
        operator.cluster.kubectl("delete", "rdp", "itself", "-n", NAMESPACE)


def _server(operator: Installation) -> list[str]:
    entry = json.loads(operator.cluster.kubectl("config", "view", "-o", "json", "--raw"))["clusters"][0]["cluster"]
    return [f"--server={entry['server']}", f"--certificate-authority={entry['certificate-authority']}"]
