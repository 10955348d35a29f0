"""The resources of our API group: what they are called, and which models they carry."""

from readiness.model.records import dataclass
from readiness.policy.names import GROUP
from readiness.policy.v1alpha1.attestation import AttestationStatus, ReadinessAttestationSpec
from readiness.policy.v1alpha1.base import ApiModel
from readiness.policy.v1alpha1.policy import ClusterReadinessPolicySpec, ReadinessPolicySpec
from readiness.policy.v1alpha1.report import ReadinessReportSpec, ReadinessReportStatus
from readiness.policy.v1alpha1.status import PolicyStatus
from readiness.policy.v1alpha1.waiver import ReadinessWaiverSpec, WaiverStatus


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of custom resource."""

    kind: str
    plural: str
    short_name: str
    namespaced: bool
    spec: type[ApiModel]
    status: type[ApiModel]

    @property
    def crd_name(self) -> str:
        """The name of its CustomResourceDefinition."""
        return f"{self.plural}.{GROUP}"


READINESS_POLICY = Resource(
    kind="ReadinessPolicy",
    plural="readinesspolicies",
    short_name="rdp",
    namespaced=True,
    spec=ReadinessPolicySpec,
    status=PolicyStatus,
)
CLUSTER_READINESS_POLICY = Resource(
    kind="ClusterReadinessPolicy",
    plural="clusterreadinesspolicies",
    short_name="crdp",
    namespaced=False,
    spec=ClusterReadinessPolicySpec,
    status=PolicyStatus,
)
READINESS_REPORT = Resource(
    kind="ReadinessReport",
    plural="readinessreports",
    short_name="rdr",
    namespaced=True,
    spec=ReadinessReportSpec,
    status=ReadinessReportStatus,
)
READINESS_WAIVER = Resource(
    kind="ReadinessWaiver",
    plural="readinesswaivers",
    short_name="rdw",
    namespaced=True,
    spec=ReadinessWaiverSpec,
    status=WaiverStatus,
)
READINESS_ATTESTATION = Resource(
    kind="ReadinessAttestation",
    plural="readinessattestations",
    short_name="rda",
    namespaced=True,
    spec=ReadinessAttestationSpec,
    status=AttestationStatus,
)
RESOURCES = (READINESS_POLICY, CLUSTER_READINESS_POLICY, READINESS_REPORT, READINESS_WAIVER, READINESS_ATTESTATION)
