"""Documents in ConfigMaps: whether they can be parsed, by what their names end with."""

import re

_LONGEST = 1_000_000  # characters: beyond it is not read
_ASSIGNMENT = re.compile(r"\s{0,64}(?:export\s{1,64})?[A-Za-z_][\w.-]{0,255}\s{0,64}=\s{0,64}(.?)(.*)")
_SHORT = 16_384  # characters of a document that is kept
_ODD = "it is nested too deeply, or has a number that is too long"


def is_kept(name: str, content: str) -> bool:
    """Whether it is a document of a kind that is parsed, whole, and short enough to be kept."""
    return name.endswith((".json", ".toml", ".env")) and len(content) <= _SHORT and not fault_of(name, content)


def fault_of(name: str, content: object) -> str:
    """Where a JSON, TOML or .env document breaks; empty when it does not, and for what is none of them."""
    if not isinstance(content, str) or len(content) > _LONGEST:
        return ""
    match name.rpartition(".")[2]:
        case "json":
            return _json_fault(content)
        case "toml":
            return _toml_fault(content)
        case "env":
            return _env_fault(content)
        case _:
            return ""


def _json_fault(content: str) -> str:
    from json import JSONDecodeError, loads  # noqa: PLC0415 - few ConfigMaps need it

    try:
        loads(content)
    except JSONDecodeError as error:
        return f"line {error.lineno}, column {error.colno}"
    except (RecursionError, ValueError):
        return _ODD
    return ""


def _toml_fault(content: str) -> str:
    from tomllib import TOMLDecodeError, loads  # noqa: PLC0415 - few ConfigMaps need it

    try:
        loads(content)
    except TOMLDecodeError as error:
        _, found, place = str(error).rpartition("(at ")
        return place.rstrip(")") if found else "it is no TOML"
    except (RecursionError, ValueError):
        return _ODD
    return ""


def _env_fault(content: str) -> str:
    """The first line that is no NAME=value, no comment, and not inside of quotes."""
    quote = ""
    for number, line in enumerate(content.splitlines(), start=1):
        if quote:
            quote = "" if quote in line else quote
        elif line.strip() and not line.lstrip().startswith("#"):
            found = _ASSIGNMENT.fullmatch(line)
            if found is None:
                return f"line {number}"
            quote = found[1] if found[1] in ("'", '"') and found[1] not in found[2] else ""
    return ""
