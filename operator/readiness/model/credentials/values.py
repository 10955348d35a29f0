"""What a value alone says: a reference, a setting, a placeholder, or something that looks random."""

import math
import re
from collections import Counter

from readiness.model.credentials.names import Meaning
from readiness.model.credentials.words import LOOKUPS, PLACEHOLDERS, SWITCHES, WAYS

_PLACEHOLDER = re.compile(
    r"<[^<>\n]*>|\[[^\[\]\n]*\]|x{3,}|\*{3,}|\.{3,}|-{3,}|_{3,}|…|#{3,}|\?{3,}"
    r"|(?:change|enter|insert|replace|your)[-_ ].*|.*[-_ ](?:here|placeholder)|__.*__",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\$[A-Za-z_]\w*|\$[0-9@*#?!$]|%[A-Za-z_]\w*%|%[sdv]|@\w+@|@@\w+@@|\{\w*\}|`[^`\n]*`"
    r"|<%.*%>|#\{.*\}"
)
_TEMPLATE = re.compile(r"\$\([^()\n]{1,512}\)?|\$\{[^{}\n]{1,512}\}|\{\{[^{}\n]{0,512}\}\}|%\(\w{1,128}\)s")
_DEFAULT = re.compile(r"\$\{([\w.]++)(?::-|:=|:|-)([^{}?+\n]{0,512})\}")
_STORE = re.compile(
    r"vault:|ref\+|arn:|projects/[^/]++/secrets/|ssm:|secretref:|secretsmanager:|keyvault:|env:|file:|enc:|ENC[\[(]"
    r"|\{cipher\}|\{vault\}|\$ANSIBLE_VAULT|@Microsoft\.KeyVault|(?:kv|secrets?|vault)/[\w./#-]++\Z"
    r"|[A-Za-z][A-Za-z0-9+.-]{0,31}://"
)
_PUBLIC = re.compile(
    r"-----BEGIN |ssh-(?:rsa|dss|ed25519)\b|ecdsa-sha2-|sk-(?:ssh|ecdsa)-|age1[0-9a-z]{50}|pk_(?:live|test)_"
    r"|sha(?:1|256|384|512)[:-]|h1:|data:|LS0tLS1CRUdJTiBDRVJ|LS0tLS1CRUdJTiBQVUJ"
)
_PATH = re.compile(
    r"(?:/|\.{1,2}/|~/|[A-Za-z]:[\\/]).*|[A-Za-z]:"
    r"|[\w./\\-]+\.(?:cer|cfg|conf|crt|env|ini|jks|json|key|p12|pem|pfx|properties|pub|toml|txt|xml|ya?ml)"
)
_NUMBER = re.compile(r"[-+]?\d++(?:\.\d++)?")
_VERSION = re.compile(r"[v^~]?\d{1,9}(?:\.\d{1,9}){2,3}")
_PUNCTUATION = re.compile(r"[^\w\s*]{0,3}")
_QUANTITY = re.compile(r"\d{1,9}(?:\.\d{1,3})?(?:ns|us|ms|s|m|h|d|w|y|%|[kKMGT]i?[bB]?|[bB])")
_OBJECT = re.compile(r"[a-z0-9.-]+-(?:auth|cert|config|cred|creds|credentials?|keys?|password|secrets?|tls|token)")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_HEX = re.compile(r"[0-9a-f]{20,512}|[0-9A-F]{20,512}")
_DENSE = re.compile(r"[A-Za-z0-9+/_~.-]{20,512}={0,2}")
_DIGIT, _UPPER, _LOWER = re.compile(r"[0-9]"), re.compile(r"[A-Z]"), re.compile(r"[a-z]")

SHORTEST_PIN = 4
SHORTEST_NUMERIC_SECRET = 10
SHORTEST_UNNAMED = 32  # of what counts whatever it is called


def is_placeholder(value: str, name: str = "") -> bool:
    """Whether the value only marks a place: 'changeme', '<token>', '***', or its own name again."""
    plain = value.lower()
    if plain in PLACEHOLDERS or _PLACEHOLDER.fullmatch(value):
        return True
    spelled = _letters(plain)
    return bool(spelled) and not _DIGIT.search(plain) and _letters(name.lower()) == spelled


def is_reference(value: str) -> bool:
    """Whether the value points to the real one: a variable, a template, a secret store, a path."""
    if _REFERENCE.fullmatch(value) or _TEMPLATE.search(value) or _STORE.match(value):
        return True
    return bool(_PATH.fullmatch(value)) and not is_random(value)


def fallback(value: str) -> str | None:
    """What follows `:-` in `${VAR:-literal}`: the literal that a reference falls back to; None without one."""
    found = _DEFAULT.fullmatch(value)
    return found[2] if found and found[1] not in LOOKUPS else None


def is_setting(value: str, meaning: Meaning) -> bool:
    """Whether the value is nothing, a switch, a number, a structure, a public key or the name of an object.

    A password may be short or a common word, so its name makes the rule stricter.
    """
    plain = value.lower()
    password = meaning is Meaning.PASSWORD
    structured = value[:1] in {"{", "["} and value[-1:] in {"}", "]"}
    if structured or plain in SWITCHES or _PUBLIC.match(value):
        return True
    if _PUNCTUATION.fullmatch(value) or _QUANTITY.fullmatch(value) or _VERSION.fullmatch(value):
        return True
    if _NUMBER.fullmatch(value):
        return "." in value or len(value) < (SHORTEST_PIN if password else SHORTEST_NUMERIC_SECRET)
    return not password and (plain in WAYS or _OBJECT.fullmatch(value) is not None)


def is_random(value: str, *, unnamed: bool = False) -> bool:
    """Whether the characters are so mixed that no person chose them.

    Shannon entropy per character, tuned on the samples in the tests: random hexadecimal reaches 3.2 at
    20 characters, random base64 4.0 at 24; class names and paths of that length stay below, or have no
    digits. Without a name that hints (`unnamed`) only long base64 counts: checksums and commit ids are
    hexadecimal.
    """
    if _UUID.fullmatch(value):
        return False
    if _HEX.fullmatch(value):
        return not unnamed and bool(_DIGIT.search(value)) and entropy(value) >= 3.0  # noqa: PLR2004
    if not _DENSE.fullmatch(value) or len(_DIGIT.findall(value)) < (3 if unnamed else 2):
        return False
    mixed = bool(_UPPER.search(value) and _LOWER.search(value))
    if unnamed:
        return mixed and "." not in value and len(value) >= SHORTEST_UNNAMED and entropy(value) >= 4.4  # noqa: PLR2004
    crowded = len(_DIGIT.findall(value)) * 6 >= len(value) and "-" not in value and "." not in value
    return (mixed or crowded) and entropy(value) >= 3.7  # noqa: PLR2004


def entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    size = len(value)
    return -sum(count / size * math.log2(count / size) for count in Counter(value).values())


def _letters(text: str) -> str:
    return text.replace("_", "").replace("-", "").replace(".", "")
