"""The operator's settings."""

from readiness.gen.docs.markdown import page, table
from readiness.gen.values import in_words, shown
from readiness.settings import Settings


def render() -> str:
    """The page."""
    shapes = Settings.model_json_schema()["properties"]
    rows = [
        (f"`READINESS_{name.upper()}`", f"`--{name.replace('_', '-')}`", in_words(shape), shown(shape["default"]),
         shape["description"])
        for name, shape in shapes.items()
    ]  # fmt: skip
    return page(
        "Settings of the operator",
        "Each is an environment variable and an option of `readiness run`; the option wins. Times are in seconds.",
        table(("variable", "option", "value", "default", "meaning"), rows),
    )
