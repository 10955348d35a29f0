"""Transport and browsers: TLS as endpoints speak it, and the headers that keep browsers from doing harm."""

from readiness.checks.check import Kind
from readiness.checks.parameters.duration import Duration
from readiness.checks.parameters.setting import (
    Address,
    Count,
    Flag,
    MaybePort,
    MaybeWord,
    Path,
    TlsVersion,
    Word,
    Words,
    setting,
)  # fmt: skip
from readiness.checks.planned import Plan, planned
from readiness.model import Category, Severity

_PORT = setting("port", MaybePort, "Port that is asked; the container's first if absent.", None)

CHECKS = planned(
    Category.SECURITY,
    Plan(
        "tls-endpoint",
        "Endpoints speak TLS",
        Kind.PROBE,
        Severity.HIGH,
        why="What goes over the wire in clear can be read and changed by whoever has one pod in the cluster.",
        rule="a handshake succeeds at minVersion or later, the certificate fits its authority and verifyName, and "
        "plain HTTP on the port is refused. A redirect of the public host to https counts as refused.",
        remedy="Serve TLS, or let a mesh do it, and close the plain port.",
        settings=(
            _PORT,
            setting("min_version", TlsVersion, "The oldest version.", "TLSv1.2"),
            setting("refuse_plain", Flag, "Plain HTTP must be refused.", default=True),
            setting("verify_name", MaybeWord, "Name that the certificate must have.", None),
        ),
    ),
    Plan(
        "certificate-expiry",
        "The certificate is far from its end",
        Kind.PROBE,
        Severity.HIGH,
        why="A certificate ends at a known second, and still surprises somebody every week.",
        rule="the certificate that is served ends at least minDays from now, as does one of cert-manager for it, "
        "which is ready.",
        remedy="Let cert-manager or your edge renew it, and alert before it ends.",
        settings=(_PORT, setting("min_days", Count, "The least days until it ends.", 30)),
    ),
    Plan(
        "security-headers",
        "Responses carry security headers",
        Kind.PROBE,
        Severity.MEDIUM,
        why="Four headers keep browsers from running what was injected and from showing the page inside of another.",
        rule="an answer has each of the headers, with a value that helps; of `a|b` either. HSTS, which lasts for "
        "hstsMaxAge, is asked of TLS alone.",
        remedy="Set the headers in one place, in the service or at the edge.",
        settings=(
            setting("path", Path, "Path that is asked.", "/"),
            setting("headers", Words, "Headers that answers must have.",
                    ("Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options",
                     "X-Frame-Options|frame-ancestors", "Referrer-Policy")),
            setting("hsts_max_age", Count, "The least max-age of Strict-Transport-Security, in seconds.", 31536000),
        ),
    ),
    Plan(
        "cors-policy",
        "CORS is strict",
        Kind.PROBE,
        Severity.MEDIUM,
        why="An API that allows every origin lets any page act in the name of whoever is logged in.",
        rule="an answer to a foreign origin allows neither it nor every one, and never with credentials; the "
        "origins in allowed are allowed.",
        remedy="List the origins, and never combine a wildcard with credentials.",
        settings=(
            setting("origin", Address, "A foreign origin.", "https://readiness-probe.invalid"),
            setting("allowed", Words, "Origins that must be allowed.", ()),
        ),
    ),
    Plan(
        "jwt-key-rotation",
        "Signing keys rotate",
        Kind.PROBE,
        Severity.MEDIUM,
        why="A key that leaked signs tokens until it is replaced, and nobody replaces what was never replaced.",
        rule="the key set has ids, and the newest one was first seen less than maxAge ago. Where tokens are signed "
        "with a shared secret, secret-rotation tells.",
        remedy="Publish the next key early, sign with it later, and drop the old one last.",
        settings=(
            setting("jwks_path", Path, "Path of the key set.", "/.well-known/jwks.json"),
            setting("max_age", Duration, "How old the newest key may be.", "2160h"),
        ),
    ),
    Plan(
        "oauth2-pkce",
        "OAuth 2 logins use PKCE and a safe redirect",
        Kind.PROBE,
        Severity.MEDIUM,
        why="An authorization code without PKCE is as good as a password to whoever reads the redirect.",
        rule="the login redirects to the provider with response_type code, a state, an S256 code challenge and an "
        "https redirect_uri on a host of an Ingress.",
        remedy="Use PKCE with S256, check the state, and register exact redirect addresses.",
        settings=(
            setting("start_path", Path, "Path where a login begins.", "/login"),
            setting("provider", Word, "Host of the provider.", "accounts.google.com"),
        ),
    ),
)  # fmt: skip
