"""Documents in ConfigMaps: whether they can be parsed, by what their names end with."""

_LONGEST = 1_000_000  # characters: beyond it is not read
_ODD = "it is nested too deeply, or has a number that is too long"


def fault_of(name: str, content: object) -> str:
    """Where a JSON or TOML document breaks; empty when it does not, and for what is neither."""
    if not isinstance(content, str) or len(content) > _LONGEST:
        return ""
    match name.rpartition(".")[2]:
        case "json":
            return _json_fault(content)
        case "toml":
            return _toml_fault(content)
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
