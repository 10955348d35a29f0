"""APIs: how endpoints are named, how they answer to good and to bad requests, and what describes them."""

from readiness.checks.check import Kind
from readiness.checks.parameters.pattern import Pattern
from readiness.checks.parameters.setting import Count, Flag, MaybeWord, Paths, Word, Words, setting
from readiness.checks.planned import Plan, planned
from readiness.model import Category, Severity

_ENDPOINTS = "Endpoints that are asked, as `GET /api/v1/users`."

NETWORKING = planned(
    Category.NETWORKING,
    Plan(
        "api-versioning",
        "API paths are versioned",
        Kind.PROBE,
        Severity.MEDIUM,
        why="Without a version in its path an API can never change, or breaks its callers when it does.",
        rule="the paths of Ingresses, HTTPRoutes and the API's description fit the pattern, those of health, "
        "metrics and documents aside; names of RPC services fit rpcPattern.",
        remedy="Put the major version into the path, or into the package of the service.",
        settings=(
            setting("pattern", Pattern, "Regular expression of paths.", "^/(api/)?v[0-9]+/"),
            setting("rpc_pattern", Pattern, "Regular expression of RPC services.", r"\.v[0-9]+(alpha|beta)?[0-9]*\."),
        ),
    ),
    Plan(
        "api-surface",
        "Named endpoints exist",
        Kind.ACTIVE,
        Severity.MEDIUM,
        why="An endpoint that the documentation promises and the router forgot is found by a customer.",
        rule="a call to each endpoint is answered with another status than 404, 405 and 501, and no RPC says that "
        "it is not implemented.",
        remedy="Route the endpoints that are missing.",
        settings=(
            setting("endpoints", Words, _ENDPOINTS, ()),
            setting("rpcs", Words, "RPCs that are called, as `shop.cart.v1.Cart/Add`.", ()),
        ),
    ),
    Plan(
        "rpc-error-codes",
        "RPC errors use the codes of Connect and gRPC",
        Kind.ACTIVE,
        Severity.HIGH,
        why="Clients decide by the code whether to retry: an error inside of an OK is neither retried nor counted.",
        rule="a bad call is answered with an error status and one of the sixteen codes, without the forbidden field.",
        remedy="Return errors as errors, with the code that fits.",
        settings=(
            setting("rpcs", Words, "RPCs that are called, as `shop.cart.v1.Cart/Add`.", ()),
            setting("forbid_field", Word, "Field that no answer may have.", "success"),
        ),
    ),
    Plan(
        "error-responses",
        "Errors are uniform and structured",
        Kind.ACTIVE,
        Severity.MEDIUM,
        why="Every shape of error is a parser in every client, and the shape that nobody met yet is a crash.",
        rule="an unknown path, a malformed body and a bad parameter are answered with 4xx and JSON of one shape, "
        "which has the fields.",
        remedy="Answer all errors through one function, as problem+json for example.",
        settings=(
            setting("paths", Paths, "Paths that are sent bad requests.", ()),
            setting("fields", Words, "Fields that errors must have.", ("code", "message")),
            setting("correlation_field", MaybeWord, "Field that must have the request id.", None),
        ),
    ),
    Plan(
        "pagination-limits",
        "Page sizes are bounded",
        Kind.ACTIVE,
        Severity.MEDIUM,
        why="One client that asks for a million rows takes the memory of all the others.",
        rule="a page larger than maxLimit, or before minPage, is refused, or cut to maxLimit.",
        remedy="Bound the page size, and refuse what is larger.",
        settings=(
            setting("paths", Paths, "Lists that are asked.", ()),
            setting("max_limit", Count, "The largest page.", 1000),
            setting("min_page", Count, "The first page.", 1),
        ),
    ),
    Plan(
        "api-list-conventions",
        "Lists page, filter and sort alike",
        Kind.PROBE,
        Severity.LOW,
        why="A list without pages works in the demo and times out after a year.",
        rule="in the API's description every GET that returns a list has the parameters.",
        remedy="Give every list the same parameters.",
        settings=(setting("params", Words, "Parameters; `page|cursor` is either.", ("limit", "page|cursor", "sort")),),
    ),
    Plan(
        "edge-protection",
        "A CDN or other edge protection is in front",
        Kind.PROBE,
        Severity.LOW,
        why="An attack by volume is over before the autoscaler has noticed it, unless somebody larger stands in front.",
        rule="an answer of the public host has one of the headers of an edge, and lets assets be cached; or the "
        "Service or Ingress has the annotation of the provider's firewall.",
        remedy="Put a CDN or an application firewall in front of the public host.",
        settings=(
            setting("host", MaybeWord, "The public host; that of the Ingress if absent.", None),
            setting("headers", Words, "Headers of which one shows an edge.",
                    ("cf-ray", "x-cache", "via", "x-amz-cf-id")),
        ),
    ),
)  # fmt: skip

DOCUMENTATION = planned(
    Category.DOCUMENTATION,
    Plan(
        "openapi-served",
        "The API's description is served and valid",
        Kind.PROBE,
        Severity.MEDIUM,
        why="A description that the service itself serves cannot be that of last year's version.",
        rule="one of the paths gives a valid OpenAPI 3 document that has what is asked: so many paths, answers for "
        "errors, security schemes, examples.",
        remedy="Generate the description from the code, and serve it.",
        settings=(
            setting("path", Paths, "Paths of which one serves it.", ("/api/docs", "/openapi.json")),
            setting("min_paths", Count, "The least paths that it describes.", 1),
            setting("require_errors", Flag, "It must describe errors.", default=True),
            setting("require_security", Flag, "It must describe how to authenticate.", default=True),
            setting("examples", Flag, "It must have examples.", default=False),
        ),
    ),
)

TESTING = planned(
    Category.TESTING,
    Plan(
        "response-schema",
        "Answers fit the published schema",
        Kind.PROBE,
        Severity.LOW,
        why="Clients are generated from the schema: a field that differs fails in their code, not in yours.",
        rule="the answers of the operations, which are GET, are valid by the schema in the API's description.",
        remedy="Check answers against the schema in the tests.",
        settings=(setting("operations", Words, "Operations that are called, by id.", ()),),
    ),
)
