"""How pip reaches packages on this machine, told to the RUN steps of an image build and to nothing else."""

import configparser
import os
from collections.abc import Mapping
from pathlib import Path

_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
_PASSED_ON = (
    "index-url",
    "extra-index-url",
    "find-links",
    "trusted-host",
    "no-index",
    "timeout",
    "default-timeout",
)


def pip_settings(environment: Mapping[str, str], files: list[Path]) -> dict[str, str]:
    """The [global] settings worth passing on: from pip's files, then PIP_… variables, as pip orders them."""
    parser = configparser.RawConfigParser()
    parser.read(files)
    settings = dict(parser["global"]) if parser.has_section("global") else {}
    settings |= {
        name.removeprefix("PIP_").lower().replace("_", "-"): value
        for name, value in environment.items()
        if name.startswith("PIP_")
    }
    return {name: value for name, value in settings.items() if name in _PASSED_ON and value}


def pip_volumes(workplace: Path) -> dict[Path, str]:
    """What to mount during a build (host path -> path inside): pip.conf, authorities, local packages."""
    settings = pip_settings(os.environ, _files())
    volumes = {Path(folder): folder for folder in settings.get("find-links", "").split() if Path(folder).is_dir()}
    lines = ["[global]", "disable-pip-version-check = true", "root-user-action = ignore"]
    if authorities := _authorities():
        volumes[authorities] = str(_AUTHORITIES)
        lines.append(f"cert = {_AUTHORITIES}")
    lines += [f"{name} = {value}" for name, value in settings.items()]
    file = workplace / "pip.conf"
    file.touch(mode=0o600)  # an index's address may hold a password
    file.write_text("\n".join(lines) + "\n")
    return volumes | {file: "/etc/pip.conf"}


def _files() -> list[Path]:
    """pip's configuration files, the weakest first."""
    named = os.environ.get("PIP_CONFIG_FILE")
    usual = [Path("/etc/pip.conf"), Path.home() / ".pip/pip.conf", Path.home() / ".config/pip/pip.conf"]
    return [*usual, Path(named)] if named else usual


def _authorities() -> Path | None:
    """The machine's bundle of certificate authorities, perhaps with a proxy's own among them."""
    named = [os.environ.get(name) for name in ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")]
    return next((path for path in [*(Path(name) for name in named if name), _AUTHORITIES] if path.is_file()), None)
