"""Where a text sets a name to a value, in the notations of configuration files, scripts and command lines.

One pattern per notation finds the name and stops before the value, so that a value that holds assignments
itself (`JAVA_OPTS: "-Dpassword=…"`) is read too. Every quantifier is possessive or bounded, and a name
starts only where no name character precedes: the whole is linear in the text.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from readiness.model.credentials.names import MAX_NAME, Meaning, Reader, has_root, meaning
from readiness.model.credentials.words import PARTICLES


class Assignment(NamedTuple):
    """A name that may hold a credential, and the value it is set to; the offset is that of the value."""

    offset: int
    name: str
    meaning: Meaning
    value: str


# `name=`, `name:`, `"name":`, `'name' =>`, `name :=`, `["name"] =`, `<name>`. The colon of a bare name needs
# a blank or a quote after it: `urn:token:exchange` and `repo:token` are no assignments.
_NAMED = re.compile(
    r"(?<![\w.-])([\w.-]++)"
    r"(?:[\\\"'\]]++[ \t]*+(?:=>|:=?|=(?![=~]))|[ \t]*+(?:=>|:=|=(?![=~])|:(?=[\s\"'\\]))|>)[ \t]*+"
)
# `--password literal`, `-token literal`
_FLAG = re.compile(r"-(?<![\w-]-)-?([A-Za-z][\w.-]*+)[ \t]++(?![-\s])")
# `- name: DB_PASSWORD` with `value: literal` beside or below it; `<property name="…" value="…"/>`
_PAIR = re.compile(
    r"\b(?:name|key)[\\\"']{0,2}[ \t]{0,8}[:=>][ \t]{0,8}[\\\"']{0,2}([\w.-]{1,256}+)[\\\"']{0,2},?"
    r"(?:</\w{1,8}>)?\s{0,64}+[\\\"'<]{0,2}value[\\\"']{0,2}[ \t]{0,8}[:=>][ \t]{0,8}"
)
# `requirepass literal`, `HTTP_Passwd literal`: a name and one word, alone on their line
_DIRECTIVE = re.compile(
    r"^[ \t]*+([A-Za-z][\w.-]*+)[ \t]++(?!-)(?=(?:\"[^\"\n]++\"|'[^'\n]++'|[^\s\"']++);?[ \t]*+\r?$)", re.MULTILINE
)
_SIGN = re.compile(r"[=:>\s]")  # one of them is in every notation, statement and command
_NOTATIONS = ((_NAMED, ""), (_FLAG, "-"), (_PAIR, "value"), (_DIRECTIVE, "pass"))
_SQL = re.compile(r"\b(identified by|password) (?=')", re.IGNORECASE)
# Clients that take a password as a short option.
_USER, _DASH_A, _DASH_P = r"\s(?:-u|--user)[ =]?[\"']?[^\s:\"'$]{1,64}:", r"\s-a[ \t]+", r"\s-p(?=\S)"
_OPTIONS = {
    "curl": re.compile(_USER),
    "mariadb": re.compile(_DASH_P),
    "mysql": re.compile(_DASH_P),
    "mysqladmin": re.compile(_DASH_P),
    "mysqldump": re.compile(_DASH_P),
    "redis-cli": re.compile(_DASH_A),
    "sshpass": re.compile(r"\s-p[ \t]*"),
    "valkey-cli": re.compile(_DASH_A),
}
_COMMAND = re.compile(rf"\b({'|'.join(_OPTIONS)})\b[^\n|;&]{{0,512}}+")

_VALUE = re.compile(
    r"\"(?P<double>[^\"\n]{0,65536}+)|'(?P<single>[^'\n]{0,65536}+)|\\+[\"'](?P<escaped>[^\\\"'\n]{0,65536}+)"
    r"|[|>][+-]?[ \t]*+\r?\n[ \t]*+(?P<block>[^\s][^\n]{0,65536}+)"
    r"|(?P<bare>(?:\$\{[^{}\n]{0,512}+\}|\{\{[^{}\n]{0,512}+\}\}|\$\([^()\n]{0,512}+\)|[^\s\"'`<>,;&|}\])]){1,65536}+)"
)
_COMMENT = re.compile(r"\s*+(?:#|;|//\s|--\s|\*\s|<!--|REM\s)")
_LONGEST_COMMENT = 400
_SCHEME = re.compile(r"(?:Basic|Bearer)[ \t]++", re.IGNORECASE)
_PROSE = re.compile(r"(?:'\w{1,16})?[ \t]++[A-Za-z0-9]")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*+(?:\.[A-Za-z_]\w*+)*+")
_PLAIN_WORD = re.compile(r"[A-Za-z]+")
_EXPRESSION = re.compile(r"[A-Za-z_][\w.]*+\[")
_TAGS = ("!", "*", "&", "{", "[", "(")
# Directives whose value counts even if it is a plain word; `password reset` alone on a line is a heading.
_DIRECTIVES = frozenset({"requirepass", "masterauth", "auth_pass"})
_COUNTING = frozenset({Meaning.PASSWORD, Meaning.SECRET, Meaning.LOGIN, Meaning.HINT})


def assignments(text: str, read: Reader) -> Iterator[Assignment]:
    """Every assignment whose name may hold a credential; comments and program code are passed over."""
    if not _SIGN.search(text):
        return
    lowered = text.lower()
    if read is not meaning or has_root(lowered):
        yield from _by_notation(text, lowered, read)
    if "identified by" in lowered or "password '" in lowered:
        for match in _SQL.finditer(text):
            yield from _assignment(match, Meaning.PASSWORD)
    if any(command in text for command in _OPTIONS):
        for command in _COMMAND.finditer(text):
            option = _OPTIONS[command[1]].search(text, command.end(1), command.end())
            if option:
                yield from _assignment(command, Meaning.PASSWORD, option.end())


def _by_notation(text: str, lowered: str, read: Reader) -> Iterator[Assignment]:
    for notation, mark in _NOTATIONS:
        if mark not in lowered:
            continue
        for match in notation.finditer(text):
            found = read(match[1])
            if found in _COUNTING and _applies(notation, match, found):
                yield from _assignment(match, found)


def name_before(text: str, offset: int) -> str | None:
    """The name that the value at an offset is set to, on its line or above its block; None without one."""
    named = list(_NAMED.finditer(text, max(0, offset - MAX_NAME), offset))
    if not named:
        return None
    last = named[-1]
    between = text[last.end() : offset]
    return None if "\n" in between and between.strip("|>+- \t\r\n") else last[1].strip("-.")


def _applies(notation: re.Pattern[str], match: re.Match[str], found: Meaning) -> bool:
    """Whether the match is what its notation means; the two loose notations need a second look."""
    if notation is _NAMED and match[0].endswith(">") and not match[0].endswith("=>"):
        return match.string[max(0, match.start() - 1) : match.start()] == "<"
    if notation is _DIRECTIVE:
        value = _VALUE.match(match.string, match.end())
        worded = value is not None and _PLAIN_WORD.fullmatch(value["bare"] or "")
        return found is Meaning.PASSWORD and (not worded or match[1] in _DIRECTIVES)
    return True


def _assignment(match: re.Match[str], found: Meaning, start: int | None = None) -> Iterator[Assignment]:
    """The assignment of a match, its value read from where the match ends or from a given start."""
    text = match.string
    colon = start is None and ":" in match[0]
    start = match.end() if start is None else start
    if found is Meaning.LOGIN and (scheme := _SCHEME.match(text, start)):
        start = scheme.end()
    value = _VALUE.match(text, start)
    if value is None or _in_comment(text, match.start()):
        return
    if value["bare"] and _is_no_literal(value, colon=colon):
        return
    group = value.lastgroup or 0
    yield Assignment(value.start(group), match[1].strip("-."), found, value[group])


def _in_comment(text: str, offset: int) -> bool:
    floor = max(0, offset - _LONGEST_COMMENT)
    newline = text.rfind("\n", floor, offset)
    if newline < 0 < floor:
        return False
    return _COMMENT.match(text, newline + 1) is not None


def _is_no_literal(value: re.Match[str], *, colon: bool) -> bool:
    """Whether an unquoted value is a tag, an expression, a name in program code, or begins a sentence."""
    bare, text, end = value["bare"], value.string, value.end()
    if bare.startswith(_TAGS) and not bare.startswith("{{"):
        return True
    if "(" in bare or _EXPRESSION.match(bare) or bare in PARTICLES:
        return True
    in_code = "." in bare or text[end : end + 2].lstrip(" ")[:1] in {",", ";", ")", "}"}
    if in_code and _IDENTIFIER.fullmatch(bare) and meaning(bare) in _COUNTING:
        return True
    return colon and _PROSE.match(text, end) is not None
