"""Label selectors as Kubernetes writes them, with bounds."""

import re
from typing import Annotated, Literal

from annotated_types import Len
from pydantic import Field

from readiness.policy.v1alpha1.base import ApiModel
from readiness.policy.v1alpha1.rules import Rule

_NAME = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_KEY = rf"^([a-z0-9]([-a-z0-9.]{{0,251}}[a-z0-9])?/)?{_NAME}$"

LabelKey = Annotated[str, Field(min_length=1, max_length=317, pattern=_KEY)]
LabelValue = Annotated[str, Field(max_length=63, pattern=rf"^({_NAME})?$")]

_KEYS_ARE_LABELS = Rule(
    "every key must be a label name, such as tier or app.kubernetes.io/name",
    # The API server estimates the cost of a regular expression from the longest string there may be,
    # and a map's keys have no declared bound: only their length can be said in CEL.
    "self.all(key, size(key) >= 1 && size(key) <= 317)",
    lambda labels: all(len(key) <= 317 and re.fullmatch(_KEY, key) for key in labels),  # noqa: PLR2004
)

MatchLabels = Annotated[dict[str, LabelValue], Len(0, 16), _KEYS_ARE_LABELS]


class LabelExpression(ApiModel):
    """One condition on a label."""

    rules = (
        Rule(
            "In and NotIn need values; Exists and DoesNotExist take none",
            "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
            lambda self: (self.operator in ("In", "NotIn")) == bool(self.values),
        ),
    )

    key: LabelKey = Field(description="The label that is looked at.")
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"] = Field(
        description="How the label is compared with the values."
    )
    values: tuple[LabelValue, ...] = Field(
        (), max_length=16, description="The values for In and NotIn; absent for Exists and DoesNotExist."
    )


class LabelSelector(ApiModel):
    """Labels that an object must have; all conditions must hold, and none at all selects everything."""

    match_labels: MatchLabels = Field({}, description="Labels with the values that they must have.")
    match_expressions: tuple[LabelExpression, ...] = Field(
        (), max_length=8, description="Conditions on labels, beyond equality."
    )
