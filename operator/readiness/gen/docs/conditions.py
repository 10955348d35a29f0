"""Condition types, their reasons, and the reasons of events: the words that people wait for and alert on."""

from collections.abc import Mapping

from readiness.gen.docs.markdown import page, table
from readiness.model import Topic
from readiness.model.reasons import ConditionType, EventReason, Reason

TYPES: Mapping[ConditionType | Topic, tuple[str, str]] = {
    ConditionType.READY: ("policies", "This generation was evaluated, whatever came out."),
    ConditionType.RECONCILING: (
        "policies",
        "The first evaluation of a generation is under way; only there while True.",
    ),
    ConditionType.STALLED: ("policies", "Nothing will happen until somebody acts; only there while True."),
    ConditionType.COMPLIANT: ("policies and reports", "No blocker is open."),
    ConditionType.DEGRADED: ("policies", "The answer lacks something, and the message says what."),
    ConditionType.EVIDENCE_CURRENT: ("reports", "Every question that needs evidence has some."),
    ConditionType.ACTIVE: ("waivers", "It waives something now."),
    ConditionType.VALID: ("attestations", "It counts for a workload now."),
    ConditionType.EXPIRING: ("waivers and attestations", "It ends within 14 days, or within one."),
    Topic.HEALTH_ENDPOINTS: ("policies and reports", "Probes are declared, and their endpoints answer."),
    Topic.RESOURCE_LIMITS: ("policies and reports", "Resource requests and limits are set."),
    Topic.NON_ROOT: ("policies and reports", "No container runs as root."),
    Topic.SECRETS: ("policies and reports", "No credential lies open, and every Secret that is needed is there."),
}
REASONS: Mapping[Reason, tuple[str, str]] = {
    Reason.EVALUATION_SUCCEEDED: ("Ready=True", "Every selected workload was judged."),
    Reason.SUSPENDED: ("Ready=True", "`spec.suspend` is true: everything else stays as it was."),
    Reason.EVALUATION_PENDING: ("Ready=Unknown", "Workloads are still being judged for this generation."),
    Reason.INVALID_SPEC: (
        "Ready=False, Stalled=True, Active=False, Valid=False",
        "The spec says something that cannot be; the message has the path.",
    ),
    Reason.UNKNOWN_CHECK: ("Stalled=True", "A requirement names a check that does not exist."),
    Reason.UNKNOWN_PROFILE: ("Stalled=True", "There is no profile of that name."),
    Reason.EVALUATION_FAILED: ("Ready=False", "The policy could not be evaluated."),
    Reason.NEW_GENERATION: ("Reconciling=True", "The policy changed, and its workloads are judged again."),
    Reason.INITIAL_EVALUATION: ("Reconciling=True", "The policy is new."),
    Reason.PROGRESSING_WITH_RETRY: (
        "Reconciling=True",
        "Workloads are judged for the first time or again, and judging one of them failed and is tried again.",
    ),
    Reason.PERMISSION_DENIED: (
        "Stalled=True, Degraded=True, answers",
        "A selected kind may not be read (Stalled), or a kind around workloads (Degraded).",
    ),
    Reason.NO_OPEN_BLOCKERS: ("Compliant=True", "Nothing that blocks is open."),
    Reason.NO_WORKLOADS_MATCHED: ("Compliant=Unknown", "The policy selects no workload."),
    Reason.EVALUATION_INCOMPLETE: ("Compliant=Unknown", "A blocking requirement lacks evidence."),
    Reason.VIOLATIONS_FOUND: ("Compliant=False", "Blockers are open; the message names workloads or requirements."),
    Reason.REPORT_WRITE_FAILED: ("Degraded=True", "Reports could not be written."),
    Reason.RESULTS_TRUNCATED: ("Degraded=True", "There is more to say than fits; counts stay exact."),
    Reason.EVIDENCE_STALE: ("Degraded=True", "Evidence is older than it may be."),
    Reason.AS_EXPECTED: ("Degraded=False, EvidenceCurrent=True, Expiring=False", "Nothing is wrong."),
    Reason.REQUIREMENTS_MET: ("topics=True", "Every requirement of the topic is met."),
    Reason.EVIDENCE_MISSING: ("topics=Unknown, EvidenceCurrent=False, answers", "Nobody could tell yet."),
    Reason.REQUIREMENTS_FAILED: ("topics=False", "A requirement of the topic is not met."),
    Reason.NOT_EVALUATED: ("answers", "Only a cluster can tell, and there is none: not counted."),
    Reason.CHECK_FAILED: ("answers", "The check itself broke down: a mistake of ours."),
    Reason.NOT_ASKABLE: ("answers", "Neither kubelet nor the operator can ask this endpoint."),
    Reason.NOT_INSTALLED: ("answers", "The check looks at objects of a project that nobody has installed here."),
    Reason.NOT_ENABLED: ("answers", "A setting of the operator allows it, and is off; the message names it."),
    Reason.NOT_IMPLEMENTED: ("answers", "The check is declared and nothing can answer it yet, but an attestation."),
    Reason.ACTIVE: ("Active=True", "Something that it names is open, and is waived."),
    Reason.FRESH: ("Valid=True", "It has begun and not ended, and a workload that it names runs its image."),
    Reason.NOT_YET_VALID: ("Active=False, Valid=False", "It begins later."),
    Reason.EXPIRES_SOON: ("Expiring=True", "It ends within 14 days."),
    Reason.EXPIRES_WITHIN_A_DAY: ("Expiring=True", "It ends within a day."),
    Reason.EXPIRED: ("Active=False, Valid=False, Expiring=False", "It has ended."),
    Reason.EXPIRATION_TOO_FAR: ("Active=False", "It lasts longer than this installation allows: no effect."),
    Reason.TARGET_NOT_FOUND: ("Active=False", "There is no such workload, or no such policy."),
    Reason.UNUSED: ("Active=False", "Nothing that it names is open: it may be deleted."),
    Reason.FORBIDDEN: ("Active=False", "The policy, the requirement or the check does not let itself be waived."),
    Reason.SUBJECT_NOT_FOUND: ("Valid=False", "There is no such workload."),
    Reason.IMAGE_MISMATCH: ("Valid=False", "No running pod has the image that was attested."),
    Reason.INVALID_VALUE: ("Valid=False", "What was measured is not of the kind that the check compares."),
}
EVENTS: Mapping[EventReason, tuple[str, str]] = {
    EventReason.VERDICT_CHANGED: ("workloads, policies", "The verdict is another one now."),
    EventReason.REQUIREMENT_FAILED: ("workloads", "Requirements that were met are not any more."),
    EventReason.REQUIREMENT_MET: ("workloads", "Requirements that were not met are now."),
    EventReason.ENDPOINT_FAILING: ("workloads", "Endpoints that answered do not any more."),
    EventReason.ENDPOINT_RECOVERED: ("workloads", "Endpoints answer again."),
    EventReason.POLICY_INVALID: ("policies", "The policy cannot be used; the note says why."),
    EventReason.WAIVER_EXPIRING: ("waivers", "It ends within 14 days, and again: within a day."),
    EventReason.WAIVER_EXPIRED: ("waivers", "It has ended: what it waived counts again."),
    EventReason.ATTESTATION_EXPIRING: ("attestations", "It ends within 14 days, and again: within a day."),
    EventReason.ATTESTATION_EXPIRED: ("attestations", "It has ended, and counts no more."),
}


def render() -> str:
    """The page."""
    return page(
        "Conditions, reasons and events",
        "`lastTransitionTime` moves only with `status`. On policies a condition carries the generation that it was"
        " computed for. An answer is what a report says of one requirement or check.",
        "## Condition types",
        table(("type", "on", "means, when True"), [(f"`{word}`", *TYPES[word]) for word in (*ConditionType, *Topic)]),
        "## Reasons",
        table(("reason", "of", "means"), [(f"`{word}`", *REASONS[word]) for word in Reason]),
        "## Events",
        "Told on transitions only, never for a first verdict.",
        table(("reason", "about", "means"), [(f"`{word}`", *EVENTS[word]) for word in EventReason]),
    )
