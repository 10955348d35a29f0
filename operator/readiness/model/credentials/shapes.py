"""Credentials that give themselves away by their shape, whatever they are called.

The forms follow the issuers' documentation and the public rule sets of gitleaks (MIT). Patterns are tried only
when one of their marks occurs: a text without marks costs no more than a few substring searches.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator

from readiness.model.credentials.values import is_placeholder, is_random, is_reference
from readiness.model.records import dataclass

Locate = Callable[[re.Match[str]], int | None]


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of credential: its title, marks of its presence, its pattern, and where in a match it stands.

    Few patterns are ever needed, so `re` compiles each at its first use: all of them would take 3 ms of every start.
    """

    what: str
    marks: tuple[str, ...]
    pattern: str
    locate: Locate


def spots_by_shape(text: str, *, placeholders: bool) -> Iterator[tuple[int, str]]:
    """The places (offset, what) of credentials that their shape gives away.

    With placeholders, samples such as the issuers' own '…EXAMPLE' keys are passed over.
    """
    if len(text) < SHORTEST_TOKEN and "@" not in text:  # most values: 3 µs for each, which 45 marks would take
        return
    for shape in dict.fromkeys([shape for mark, shape in _MARKED if mark in text]):
        for match in re.finditer(shape.pattern, text):
            offset = shape.locate(match)
            if offset is None or (placeholders and _is_sample(match)):
                continue
            yield offset, shape.what


SHORTEST_TOKEN = 20
"""All are at least so long, but for passwords in URLs and connection strings, which an @ follows."""


def is_login(value: str) -> bool:
    """Whether the value is user:password, plain or in base64, or what follows 'Basic ' in a header."""
    return bool(_LOGIN.fullmatch(value) or _LOGIN.fullmatch(_decoded(value)))


_SAMPLE = re.compile(r"example|sample|x{5}|0{12}|1234567890ab|placeholder|redacted|your[-_]|\*{3}", re.IGNORECASE)
_LOGIN = re.compile(r"[\w.@+-]{1,64}:(?!\d{1,5}\Z)[^\s:/]{4,256}")
_AWS_SECRET = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_AWS_PAIR_WITHIN = 200


def _is_sample(match: re.Match[str]) -> bool:
    """Whether the match, or the group that holds the credential within it, is a placeholder."""
    if not match.lastindex:
        return bool(_SAMPLE.search(match[0]))
    return is_placeholder(match[1])


def _alone(match: re.Match[str]) -> int | None:
    start = match.start()
    before = match.string[start - 1] if start else " "
    return None if before.isalnum() or before in "_-" else start


def _anywhere(match: re.Match[str]) -> int:
    return match.start()


def _beside_its_secret(match: re.Match[str]) -> int | None:
    """The id of an access key is public; the secret that belongs to it stands close by."""
    found = _AWS_SECRET.search(match.string, match.end(), match.end() + _AWS_PAIR_WITHIN)
    return found.start() if found and is_random(found[0]) else None


def _signed(match: re.Match[str]) -> int | None:
    header = _decoded(match[0].partition(".")[0])
    try:
        named = "alg" in json.loads(header)
    except (ValueError, TypeError, RecursionError):
        return None
    return match.start() if named else None


def _encoded_private_key(match: re.Match[str]) -> int | None:
    return match.start() if "PRIVATE KEY" in _decoded(match[0]) else None


def _mixed(match: re.Match[str]) -> int | None:
    return _alone(match) if is_random(match[0]) else None


def _literal_password(match: re.Match[str]) -> int | None:
    # `docker://image:tag@sha256:…` has the same form.
    password = match[1]
    digest = match.string.startswith("sha256:", match.end())
    return None if digest or is_reference(password) else match.start(1)


def _decoded(encoded: str) -> str:
    """The text behind base64 or base64url; empty when it is none."""
    padded = encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4)
    try:
        return base64.b64decode(padded.translate(_FROM_URL_ALPHABET), validate=True).decode()
    except ValueError:
        return ""


_FROM_URL_ALPHABET = str.maketrans("-_", "+/")


def _shape(what: str, marks: str, pattern: str, locate: Locate = _alone) -> Shape:
    return Shape(what, tuple(marks.split("|")), pattern, locate)


SHAPES = (
    _shape(
        "private key",
        "PRIVATE KEY",
        r"-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----[\s\\nr\"'+,]{0,200}+"
        r"(?:[A-Za-z0-9+/=]{16}|Proc-Type|DEK-Info|Version|Comment)",
        _anywhere,
    ),
    _shape("private key", "PuTTY-User-Key-File", r"PuTTY-User-Key-File-\d: ", _anywhere),
    _shape("private key", "LS0tLS1CRUdJTi", r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{34}", _encoded_private_key),
    _shape("private key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    _shape("AWS access key", "AKIA|ASIA", r"A[KS]IA[A-Z2-7]{16}(?![A-Za-z0-9])", _beside_its_secret),
    _shape("JSON web token", "eyJ", r"eyJ(?<![\w-]eyJ)[\w-]{8,2048}+\.[\w-]{8,8192}+\.[\w-]{16,2048}", _signed),
    _shape("GitHub token", "ghp_|gho_|ghu_|ghs_|ghr_", r"gh[pousr]_[A-Za-z0-9]{36}"),
    _shape("GitHub token", "github_pat_", r"github_pat_\w{40}"),
    _shape("GitLab token", "glpat-|gldt-|glrt-|glptt-|glcbt-", r"gl(?:pat|dt|rt|ptt|cbt)-[\w-]{20}"),
    _shape("Slack token", "xox|xapp-", r"x(?:ox[abeoprs]|app)-\d[\w-]{15}"),
    _shape(
        "Slack webhook",
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows)/T\w{8,12}/\w{8,12}/\w{20}",
    ),
    _shape("Discord webhook", "/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{60}"),
    _shape("Telegram token", ":AA", r"\d{8,10}:AA[\w-]{33}(?![\w-])"),
    _shape("Stripe key", "k_live_", r"[rs]k_live_[A-Za-z0-9]{16}"),
    _shape("Google API key", "AIza", r"AIza[\w-]{35}(?![\w-])"),
    _shape("Google OAuth secret", "GOCSPX-", r"GOCSPX-[\w-]{28}"),
    _shape(
        "Azure account key",
        "AccountKey=|SharedAccessKey=",
        r"(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{40}",
        _anywhere,
    ),
    _shape("Azure signature", "sig=", r"[?&;]sig=[A-Za-z0-9%+/]{40}", _anywhere),
    _shape("npm token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    _shape("PyPI token", "pypi-AgE", r"pypi-AgE[\w-]{40}"),
    _shape("SendGrid key", "SG.", r"SG\.[\w-]{16,32}\.[\w-]{32,64}"),
    _shape("Twilio key", "SK", r"SK[0-9a-f]{32}(?![0-9A-Za-z])"),
    _shape("Mailgun key", "key-", r"key-[0-9a-f]{32}(?![0-9A-Za-z])"),
    _shape("DigitalOcean token", "_v1_", r"do[opr]_v1_[0-9a-f]{64}"),
    _shape("Vault token", "hvs.|hvb.|hvr.", r"hv[bsr]\.[\w-]{24}"),
    _shape("Docker Hub token", "dckr_pat_", r"dckr_pat_[\w-]{27}"),
    _shape("Databricks token", "dapi", r"dapi[0-9a-f]{32}"),
    _shape("Grafana token", "glsa_|glc_", r"gl(?:sa|c)_[A-Za-z0-9+/_]{32}"),
    _shape("Shopify token", "shpat_|shpca_|shppa_", r"shp(?:at|ca|pa)_[0-9a-fA-F]{32}"),
    _shape("Hugging Face token", "hf_", r"hf_[A-Za-z]{34}(?![A-Za-z])"),
    _shape("Anthropic key", "sk-ant-", r"sk-ant-[\w-]{32}"),
    _shape("OpenAI key", "sk-", r"sk-(?:(?:proj|svcacct|admin)-[\w-]{32}|[A-Za-z0-9]{32})", _mixed),
    _shape("URL with a password", "://", r"://[^\s/?#@:\"'<>]{0,256}:([^\s/?#\"'<>]{1,512})@", _literal_password),
    _shape(
        "connection string with a password",
        "@tcp(|@unix(|@udp(|@(",
        r"(?<![^\s\"'=])[\w.-]{1,64}:([^\s@\"'=]{1,256}+)@(?:tcp|unix|udp)?\(",
        _literal_password,
    ),
    _shape(
        "connection string with a password",
        "jdbc:oracle:",
        r"jdbc:oracle:\w{1,8}:\w{1,64}/([^\s@/]{1,256})@",
        _literal_password,
    ),
)

_MARKED = [(mark, shape) for shape in SHAPES for mark in shape.marks]
