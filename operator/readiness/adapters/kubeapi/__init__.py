"""The one client of the API server: where it is, who we are, and requests over one session."""

from readiness.adapters.kubeapi.connection import Connection, find, from_kubeconfig, in_cluster
from readiness.adapters.kubeapi.requests import KubeApi

__all__ = ["Connection", "KubeApi", "find", "from_kubeconfig", "in_cluster"]
