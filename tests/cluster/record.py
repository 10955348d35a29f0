"""What a running cluster's folder tells other processes about it."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.identity import Process

_FILE = "cluster.json"


@dataclass(frozen=True, slots=True)
class Record:
    """The first process, whose session it is (None: nobody's), and what it was started with."""

    first: Process
    owner: Process | None
    programs: Path
    audit: bool

    def write(self, folder: Path) -> None:
        """Leave the record in a cluster's folder."""
        owner = [self.owner.pid, self.owner.started] if self.owner else None
        fields = {
            "first": [self.first.pid, self.first.started],
            "owner": owner,
            "programs": str(self.programs),
            "audit": self.audit,
        }
        (folder / _FILE).write_text(json.dumps(fields))

    @classmethod
    def read(cls, folder: Path) -> "Record | None":
        """The record of a cluster's folder; None where there is none, half of one, or one by another user."""
        try:
            if folder.lstat().st_uid != os.geteuid():  # in /tmp anybody may claim that any process is a cluster
                return None
            fields = json.loads((folder / _FILE).read_text())
            owner = Process(*fields["owner"]) if fields["owner"] else None
            return cls(Process(*fields["first"]), owner, Path(fields["programs"]), fields["audit"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
