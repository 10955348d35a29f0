"""Production-readiness checklists that a Kubernetes cluster answers itself."""

__version__ = "0.1.0"
