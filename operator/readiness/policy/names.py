"""The names of our API, for objects, paths, labels and annotations; apart from the models, which need pydantic."""

GROUP = "readiness.dev"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"
API_PATH = f"/apis/{API_VERSION}"
PLURALS = {
    "ReadinessPolicy": "readinesspolicies",
    "ClusterReadinessPolicy": "clusterreadinesspolicies",
    "ReadinessReport": "readinessreports",
    "ReadinessWaiver": "readinesswaivers",
    "ReadinessAttestation": "readinessattestations",
}
