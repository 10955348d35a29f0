"""Refusals: wrong, oversized, forged and too many requests, sent on purpose and only when the policy allows it."""

from readiness.checks.check import Kind
from readiness.checks.parameters.duration import Duration
from readiness.checks.parameters.setting import (
    Count,
    Flag,
    MaybePath,
    MaybeWord,
    Path,
    Patterns,
    Setting,
    Statuses,
    Words,
    setting,
)  # fmt: skip
from readiness.checks.planned import Plan, planned
from readiness.model import Category, Severity

_ENDPOINTS = setting("endpoints", Words, "Endpoints that are asked, as `POST /api/v1/users`.", ())
_LOGIN = setting("path", MaybePath, "Path of the login.", None)


def _expect(*statuses: int) -> Setting:
    return setting("expect", Statuses, "Statuses of which one is right.", statuses)


CHECKS = planned(
    Category.SECURITY,
    Plan(
        "authentication-required",
        "Unauthenticated calls are refused",
        Kind.ACTIVE,
        Severity.CRITICAL,
        why="One route that was registered beside the middleware is open to everybody, and looks like all the others.",
        rule="calls without a credential, and with an invalid one, are answered with one of the statuses, or with "
        "403, and never with success or 5xx.",
        remedy="Refuse by default, and list the routes that are open.",
        settings=(
            _ENDPOINTS,
            _expect(401),
            setting("invalid_credential", Flag, "An invalid credential is tried too.", default=True),
        ),
    ),
    Plan(
        "authorization-enforced",
        "Roles are enforced",
        Kind.ACTIVE,
        Severity.HIGH,
        why="A button that is hidden in the browser is no protection: the request behind it can be sent by hand.",
        rule="calls with a credential of few rights are answered with one of the statuses; 404 will do for what is "
        "another's.",
        remedy="Check the right where the data is, for each request.",
        settings=(
            _ENDPOINTS,
            setting("credentials_secret_ref", MaybeWord, "Secret that has the credential.", None),
            _expect(403),
        ),
    ),
    Plan(
        "jwt-validation",
        "Forged tokens are refused",
        Kind.ACTIVE,
        Severity.HIGH,
        why="Libraries accept what they are not told to refuse: no algorithm, another issuer, a token of last year.",
        rule="each forged token is answered with 401.",
        remedy="Fix algorithm, issuer and audience, and check both times.",
        settings=(
            setting("endpoint", MaybePath, "Path that is asked.", None),
            setting("cases", Words, "Forgeries that are tried.",
                    ("alg-none", "expired", "not-before", "wrong-issuer", "wrong-audience", "bad-signature")),
        ),
    ),
    Plan(
        "websocket-auth",
        "WebSocket upgrades need authentication",
        Kind.ACTIVE,
        Severity.HIGH,
        why="Middleware for requests often lets upgrades through, and the socket then talks to anybody.",
        rule="an upgrade without a token is answered with one of the statuses.",
        remedy="Check the token before the upgrade.",
        settings=(setting("path", Path, "Path of the socket.", "/ws"), _expect(401, 403)),
    ),
    Plan(
        "csrf-protection",
        "Cross-site writes are refused",
        Kind.ACTIVE,
        Severity.MEDIUM,
        why="A browser sends its cookies with a form of any page, and the bank does what the page wanted.",
        rule="a write with a cookie, a foreign origin and no token is answered with 403; cookies are HttpOnly, "
        "Secure and SameSite. An API without cookies is left out.",
        remedy="Check origin or token of each write, and set SameSite on cookies.",
        settings=(_ENDPOINTS,),
    ),
    Plan(
        "injection-resistance",
        "Injection canaries do no harm",
        Kind.ACTIVE,
        Severity.HIGH,
        why="Input that becomes part of a query or a page is a command, and everybody may give it.",
        rule="canaries are answered with 4xx or as any other text: no 5xx, no error of a database, no echo in HTML.",
        remedy="Bind parameters, escape output, and list the columns that may be sorted by.",
        settings=(
            _ENDPOINTS,
            setting("classes", Words, "Kinds of canaries.", ("sql", "nosql", "sort-column", "xss")),
        ),
    ),
    Plan(
        "input-validation",
        "Bad input is refused with details",
        Kind.ACTIVE,
        Severity.HIGH,
        why="Input that is not checked at the door fails deep inside, as an error that says nothing to its sender.",
        rule="each bad sample is answered with one of the statuses, and the answer names the field.",
        remedy="Validate at the edge of the service, and name each wrong field.",
        settings=(
            setting("endpoints", Words, 'Endpoints and bad samples, as `POST /api/v1/users {"age": -1}`.', ()),
            _expect(400, 422),
            setting("field_errors", Flag, "The answer must name the field.", default=True),
        ),
    ),
    Plan(
        "error-no-internals",
        "Errors do not leak internals",
        Kind.ACTIVE,
        Severity.HIGH,
        why="A stack trace tells an attacker the framework, its version and the path of the file to look at.",
        rule="no answer to a bad request fits one of the patterns.",
        remedy="Log the cause, and answer with a code.",
        settings=(
            setting("patterns", Patterns, "Regular expressions of leaks.",
                    ("Traceback", "goroutine ", "panic:", "SQLSTATE", r"at .*\.java")),
        ),
    ),
    Plan(
        "request-size-limit",
        "Oversized bodies are refused",
        Kind.ACTIVE,
        Severity.MEDIUM,
        why="A body without a bound fills memory or disk, with one request and no credential.",
        rule="a request that announces so many bytes is answered with one of the statuses, or with 400; or the "
        "proxy-body-size of ingress-nginx is bounded.",
        remedy="Bound bodies at the edge and in the service.",
        settings=(
            setting("path", MaybePath, "Path that is asked.", None),
            setting("bytes", Count, "Size of the body.", 2097152),
            _expect(413),
        ),
    ),
    Plan(
        "login-rate-limiting",
        "Login attempts are limited by address",
        Kind.ACTIVE,
        Severity.HIGH,
        why="Lists of leaked passwords are tried by machines, thousands an hour, until something stops them.",
        rule="one more wrong login than attempts is answered with one of the statuses, and says when to try again.",
        remedy="Count wrong logins by address, and refuse for a while.",
        settings=(
            _LOGIN,
            setting("attempts", Count, "Wrong logins that are allowed.", 5),
            setting("window", Duration, "How long they are counted.", "15m"),
            _expect(429),
        ),
    ),
    Plan(
        "account-lockout",
        "Accounts lock after failures",
        Kind.ACTIVE,
        Severity.HIGH,
        why="Who tries one account from a thousand addresses is stopped by no limit on addresses.",
        rule="after so many wrong passwords the right one of canaryUser is refused too. Without such an account an "
        "attestation decides.",
        remedy="Lock an account after some failures, for a while, and tell its owner.",
        settings=(
            _LOGIN,
            setting("attempts", Count, "Wrong passwords that are allowed.", 5),
            setting("canary_user", MaybeWord, "Account that may be locked.", None),
            _expect(423, 429),
        ),
    ),
)  # fmt: skip
