"""Which checks offer a fix, and what that may stop."""

from readiness.checks import CATALOGUE
from readiness.gen.docs.markdown import page, table


def render() -> str:
    """The page."""
    found = [check for check in CATALOGUE if check.fix is not None]
    rows = [(f"[{check.id}](../checks/{check.id}.md)", check.fix.risk or "nothing") for check in found if check.fix]
    intro = (
        f"{len(found)} checks offer what [`readiness audit --fix`](../operations/fixes.md) writes. With `--safe` it "
        "writes only what may stop nothing."
    )
    return page("Fixes", intro, table(("check", "its fix may stop"), rows))
