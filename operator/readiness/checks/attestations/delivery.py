"""Delivery: how a change gets from a commit into production, as its pipeline tells."""

from dataclasses import MISSING

from readiness.checks.attested import Claim, attested
from readiness.checks.evidence.builds import bound_to_build
from readiness.checks.parameters.bounds import BOUND_TO_IMAGE, at_least, at_most, covers, max_age, names, one_of, says
from readiness.checks.parameters.setting import MaybeCount, Word
from readiness.model import Category, Severity

_ANY_TOOL = "Tools of which one must be in use; empty: any."

CHECKS = attested(
    Category.DELIVERY,
    Claim(
        "ci-pipeline",
        "A CI pipeline guards changes",
        Severity.HIGH,
        why="What is checked by hand is checked until the first urgent change, which is the one that breaks.",
        remedy="Make the pipeline attest, at the end of its run, the stages that passed and the image that it built.",
        bounds=(
            covers(
                "stages",
                "Stages that must have passed.",
                default=("lint", "test", "sast", "sca", "container-scan"),
            ),
            max_age("720h"),
            BOUND_TO_IMAGE,
        ),
        compare=bound_to_build,
    ),
    Claim(
        "dependency-scan",
        "Dependencies are scanned in CI",
        Severity.HIGH,
        why="Most of the code in an image is somebody else's, and its holes are published with instructions.",
        remedy="Scan the dependencies in the pipeline, and attest the tool and what it left open as critical.",
        bounds=(
            one_of("tools", "Scanners of which one must have been run; empty: any.", "tool",
                   default=("govulncheck", "nancy", "snyk")),
            at_most("max_critical", "critical", 0, "The most critical vulnerabilities that are open."),
            max_age("720h"),
        ),
    ),
    Claim(
        "image-signed",
        "Images are signed, and tell where they come from",
        Severity.MEDIUM,
        why="Without a signature whoever can write to the registry decides what runs, and a tag does not tell.",
        remedy="Sign each image and its provenance in the pipeline, verify both, and attest it with the digest.",
        bounds=(
            one_of("signers", "Signers of which one must have signed, such as cosign; empty: any.", "signer"),
            at_least("min_slsa_level", "slsaLevel", None, "The least SLSA build level of its provenance.", MaybeCount),
            BOUND_TO_IMAGE,
        ),
        compare=bound_to_build,
    ),
    Claim(
        "release-automation",
        "Releases are automated and versioned",
        Severity.LOW,
        why="A release by hand forgets a step, and without a version nobody can say what runs or go back to it.",
        remedy="Build, tag and publish releases from the pipeline with a changelog, and attest it.",
        bounds=(
            says("changelog", "Releases must have a changelog: the attestation says changelog: true.", default=True),
            one_of("tools", _ANY_TOOL, "tool"),
        ),
    ),
    Claim(
        "infrastructure-as-code",
        "Infrastructure is code",
        Severity.LOW,
        why="What was clicked together can be neither reviewed nor rebuilt when the region is gone.",
        remedy="Describe the infrastructure in a repository, apply it from there, and attest the repository.",
        bounds=(one_of("tools", _ANY_TOOL, "tool"),),
    ),
    Claim(
        "codegen-check",
        "Generated code is checked in CI",
        Severity.LOW,
        why="Generated code that was edited or forgotten disagrees with its source, until somebody generates it again.",
        remedy="Generate in the pipeline, fail on any difference, and attest the run.",
    ),
    Claim(
        "feature-delivered",
        "A named product feature is there",
        Severity.LOW,
        why="A plan counts a feature as done when it is merged; a customer when it works for him.",
        remedy="Show the feature in production, and attest it by its name.",
        bounds=(names("feature", "The feature that must be there.", "features", hint=Word, default=MISSING),),
    ),
)  # fmt: skip
