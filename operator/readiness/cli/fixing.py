"""What `audit --fix` and `audit --diff` do: from what was judged to files that are written, or to a diff."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import field

import click

from readiness.adapters.fixes import RefusedError, is_below, overwrite, spliced, unified
from readiness.adapters.manifests import Document, Problem, Source, discover, parse_bytes, read_bytes
from readiness.engine.edits import Change, changes, edited
from readiness.engine.judged import Judged
from readiness.engine.mending import Mend, Mending
from readiness.model.records import dataclass

_Place = tuple[str, int, tuple[str | int, ...], str]  # file, document, where in it, path of the edit


@dataclass(slots=True)
class Patch:
    """A file as it is and as it becomes, and the edits that make it so."""

    source: Source
    before: bytes
    after: bytes
    mends: list[Mend] = field(default_factory=list)


@dataclass(slots=True)
class Fixes:
    """The files behind `paths` that change, and why others that should do not; `safe`: as no program can notice."""

    paths: Sequence[str]
    safe: bool
    patches: dict[str, Patch] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    _done: set[_Place] = field(default_factory=set)

    @property
    def contents(self) -> dict[str, bytes]:
        """What files become, by path: what else there is to mend shows when that is judged."""
        return {path: patch.after for path, patch in self.patches.items()}

    def add(self, judged: Iterable[Judged]) -> bool:
        """Take what mends these workloads; tells whether there was anything. No field is set twice: that has an end."""
        wanted: dict[str, list[Mending]] = defaultdict(list)
        for item in judged:
            if item.mending is not None and item.mending.source not in self.problems:
                wanted[item.mending.source].append(item.mending)
        found = [item for item in discover(self.paths) if isinstance(item, Source)] if wanted else []
        mended = [self._mend(source, wanted[source.name]) for source in found if source.name in wanted]
        return any(mended)

    def _mend(self, source: Source, mendings: list[Mending]) -> bool:
        try:
            patch = self.patches.get(source.path) or self._unchanged(source)
            mends, after = self._written(patch, mendings)
        except (RefusedError, RecursionError) as error:
            self._refuse(source, "it is nested too deeply" if isinstance(error, RecursionError) else error)
            return False
        if mends:
            patch.after = after
            patch.mends += mends
            self.patches[source.path] = patch
        return bool(mends)

    def _unchanged(self, source: Source) -> Patch:
        if not source.explicit and not is_below(source.path, self.paths):
            raise RefusedError("it is a link out of what was named")
        data = read_bytes(source)
        if isinstance(data, Problem):
            raise RefusedError(data.message)
        return Patch(source, data, data)

    def _written(self, patch: Patch, mendings: list[Mending]) -> tuple[list[Mend], bytes]:
        """What is mended, and the file with that. Raises RefusedError where it would change something else."""
        documents = {(item.index, item.within): item for item in _documents(patch.after, patch.source)}
        expected = {key: item.obj for key, item in documents.items()}
        wanted: dict[int, list[Change]] = defaultdict(list)
        taken: list[Mend] = []
        for mending in mendings:
            key = mending.index, mending.within
            if key not in documents:
                raise RefusedError("it has changed meanwhile")
            obj = documents[key].obj
            mends = [mend for mend in mending.mends if self._is_new(mending, mend) and edited(obj, [mend.edit]) != obj]
            expected[key] = edited(obj, [mend.edit for mend in mends])
            wanted[mending.index] += changes(obj, expected[key], mending.within)
            taken += {mend.edit.path: mend for mend in reversed(mends)}.values()
            self._done.update((mending.source, *key, mend.edit.path) for mend in mends)
        after = spliced(patch.after, wanted) if taken else patch.after
        if [item.obj for item in _documents(after, patch.source)] != list(expected.values()):
            raise RefusedError("that would change something else in it")
        return taken, after

    def _is_new(self, mending: Mending, mend: Mend) -> bool:
        place = mending.source, mending.index, mending.within, mend.edit.path
        return not (self.safe and mend.risk) and place not in self._done

    def _refuse(self, source: Source, reason: object) -> None:
        self.problems[source.name] = Problem(source.name, None, None, "warning", f"not fixed: {reason}")

    def write(self) -> bool:
        """Write the files; what cannot be written is a problem and no patch any more. Tells whether all could be."""
        for path, patch in list(self.patches.items()):
            try:
                overwrite(path, patch.after)
            except RefusedError as error:
                self._refuse(patch.source, error)
                del self.patches[path]
        return not self.problems

    def diff(self) -> bytes:
        """All files as one diff."""
        return b"".join(unified(patch.source.name, patch.before, patch.after) for patch in self.patches.values())

    def tell(self, what: str) -> None:
        """Tell people how much it is, and what may stop working."""
        mends = [mend for patch in self.patches.values() for mend in patch.mends]
        files = f"{len(self.patches)} file{'' if len(self.patches) == 1 else 's'}"
        click.echo(f"{what}: {len(mends)} field{'' if len(mends) == 1 else 's'} in {files}", err=True)
        for (risk, check), count in Counter((mend.risk, mend.check) for mend in mends if mend.risk).items():
            click.echo(f"  {check} ({count}) may stop {risk}", err=True)


def _documents(data: bytes, source: Source) -> list[Document]:
    found = parse_bytes(data, source.name, explicit=source.explicit)
    return [item for item in found if isinstance(item, Document)]
