"""`readiness run`: the operator, until SIGTERM."""

import asyncio
import sys
from typing import Any

import click
from pydantic import ValidationError

from readiness.adapters.logs import configure
from readiness.cli import Refusal
from readiness.errors import ReadinessError
from readiness.settings import Settings


def _options() -> list[click.Parameter]:
    """An option for each setting; what is not given comes from the environment, then from the default."""
    return [
        click.Option(
            [f"--{name.replace('_', '-')}", name],
            metavar="VALUE",
            help=f"{field.description}  [env: READINESS_{name.upper()}; default: {_shown(field.default)}]",
        )
        for name, field in Settings.model_fields.items()
    ]


def _shown(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default) or "none"


def _run(**given: str | None) -> None:
    """
    Run the operator; ends with 0 on SIGTERM, with 1 when it cannot go on.

    Every option is a setting, and every setting an environment variable with the prefix READINESS_.
    """
    settings = _settings({name: value for name, value in given.items() if value is not None})
    configure(settings.log_level, settings.log_format)
    # The operator's parts take a second to import: not before the settings are known to be right.
    from readiness.adapters.kubeapi import find  # noqa: PLC0415

    try:
        connection = find()
        if "kubernetes" not in sys.modules:  # a kubeconfig needed it
            sys.modules["kubernetes"] = None  # type: ignore[assignment] # kopf imports it where it can: 10 MB unused
        from readiness.app import serve  # noqa: PLC0415

        asyncio.run(serve(settings, connection))
    except ReadinessError as error:
        raise click.ClickException(_reason(error)) from error


def _settings(given: dict[str, Any]) -> Settings:
    try:
        return Settings(**given)
    except ValidationError as error:
        wrong = [f"{detail['loc'][0]}: {detail['msg']}" for detail in error.errors(include_url=False)]
        raise Refusal(f"invalid settings: {'; '.join(wrong)}") from error


def _reason(error: BaseException) -> str:
    """What happened and why, in one line."""
    cause = error.__cause__
    return f"{error}: {cause}" if cause is not None and str(cause) not in str(error) else str(error)


command = click.Command("run", callback=_run, params=_options(), help=_run.__doc__)
