"""The operator's settings: environment variables with the prefix READINESS_, each with its meaning and its bounds."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What `readiness run` can be told from outside; times in seconds."""

    model_config = SettingsConfigDict(env_prefix="READINESS_", extra="ignore", frozen=True)

    namespace: str = Field("", description="Namespace of the operator; its workloads are judged only where named.")
    pod_name: str = Field("", description="Name of the operator's pod: the first part of its identity in the Lease.")
    lease_name: str = Field("readiness-operator", min_length=1, description="Name of the Lease that the leader holds.")
    host: str = Field("0.0.0.0", description="Address on which /livez, /readyz and /metrics are served.")  # noqa: S104 - a pod's
    port: int = Field(8080, ge=1, le=65535, description="Port of /livez, /readyz and /metrics.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is logged.")
    log_format: Literal["json", "text"] = Field("json", description="How logs are written.")
    workers: int = Field(4, ge=1, le=64, description="How many workloads are worked on at a time.")
    resync: float = Field(
        300.0, ge=1.0, le=86400.0, description="Time between two full lists of policies, waivers and attestations."
    )
    waiver_days: int = Field(
        366, ge=1, le=366, description="Most days that a waiver may last; a longer one has no effect."
    )
    writes_per_second: float = Field(
        200.0, ge=1.0, le=5000.0, description="Most reports and statuses written a second."
    )
    probe_concurrency: int = Field(64, ge=1, le=1000, description="Most endpoints asked at a time.")
    probe_loopback: bool = Field(default=False, description="For tests only: loopback addresses may be asked.")
    secrets: Literal["none", "metadata"] = Field(
        "none", description="What is read of Secrets: nothing, or their metadata, which tells names, keys and ages."
    )
    inspect_secrets: bool = Field(
        default=False,
        description="Whether the values of Secrets may be looked at that policies ask about by secret-strength.",
    )
    workload_events: bool = Field(default=True, description="Whether workloads get events too, or only policies.")
    workload_metrics: bool = Field(default=False, description="Whether there is a metric for each workload's verdict.")
    workload_metrics_limit: int = Field(5000, ge=0, le=100000, description="Most workloads that get such a metric.")
