"""What the documents say that ConfigMaps keep."""


def content_of(name: str, content: str) -> object:
    """What a document that was kept says; the values of .env are texts."""
    match name.rpartition(".")[2]:
        case "json":
            from json import loads  # noqa: PLC0415 - few ConfigMaps need it

            return loads(content)
        case "toml":
            from tomllib import loads as load_toml  # noqa: PLC0415 - few ConfigMaps need it

            return load_toml(content)
        case _:
            lines = (line.strip().removeprefix("export ").partition("=") for line in content.splitlines())
            return {
                name.strip(): value.strip().strip("'\"") for name, found, value in lines if found and name[:1] != "#"
            }
