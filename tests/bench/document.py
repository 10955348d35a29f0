"""docs/benchmarks.md: one section for each part; those that were not measured anew stay as they are."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import host
from tests.bench.figures import Figure, table

_HEAD = """\
# Benchmarks

What `python -m tests.bench` printed: each table names the command that reproduces it, the machine, and how busy others
kept that machine. All of it, in a quarter of an hour: `make bench`. With far fewer objects, in a minute or two each:
`make bench ARGS=--small`. One section anew: `make bench ARGS='operator --write docs/benchmarks.md'`. An aim that is
missed fails nothing. Processor time grows with what others do on the same cores, at rest even several times.

The cluster is the one of the tests ([how](development/cluster.md)): a real API server, etcd, controller manager and
scheduler on the same machine, whose cores they share with what is measured."""


@dataclass(frozen=True, slots=True)
class Part:
    """A benchmark: its name on the command line, its title, and how it measures."""

    name: str
    title: str
    method: str


_METHODS = {
    "operator": """
The operator runs as the one pod of its chart and image, with the chart's settings. The Deployments have 5 pods each, on
nodes that kwok plays; every third lacks a memory limit. One ClusterReadinessPolicy asks for the profile `recommended`
with probing off. Processor time and memory are those of the operator's process in /proc, writes are those of the API
server's audit log. For a start all reports are deleted and the pod is started anew; its Lease is free. Of the pod
changes, one in two is a message in the status that no check cares about, one in four a restart, one in four readiness
lost or found again. The way of a change is timed from the API server's answer to a watch's news of the condition; the
changed Deployments are paused, so that no rollout follows.
""",
    "repairs": """
Real pods in the real cluster, judged by the profile `recommended` and asked every 5 seconds with a threshold of 2. A
Deployment gets a fault by server-side apply, then the repair, with the rollouts that follow; the endpoint is told to
answer 503, then 200 again. Timed from the answer to the repair to a watch's news of the policy's condition. The aim is
5 seconds, for the endpoint two intervals more.
""",
    "probes": """
The operator's own patrol and prober ask 2,000 endpoints over loopback, each every 10 seconds; the server is another
process. Processor time is that of the asking process.
""",
    "audit": """
`readiness audit FOLDER --output json` of generated applications of 8 objects each (`tests/bench/corpus.py`), three
times, the least nine times. The aim is that an object among 40,000 takes at most 1.2 times the processor time of one
among 8,000.

What was tried, in instructions of the process that a user waits for, over 800 objects (`valgrind --tool=callgrind`,
which counts the same whatever else the machine does): 2.40 G before, 1.31 G after
[what paid](design/0011-an-audit-that-starts-fast.md). Of these are Python's own start 0.04 G, click 0.13 G, PyYAML
0.09 G, our modules 0.28 G, the profile 0.07 G; the rest is half of the reading and judging, and grows with the
manifests. Taking manifests in where they are read costs no more on the way back than sending the objects did; not to
free what lives at the end saved 0.03 s, 0.2 s and 0.9 s. What did not pay: pickling records by their state instead of
by the call that makes them (twice the time). Not done: a reader of plain block YAML of our own. Reading is two fifths,
and more than half of that (0.43 of 0.80 ms for 8 objects) is PyYAML making its events, of which libyaml itself takes
0.10 ms.

Parsers that were tried on such a machine over 8,000 objects (9.1 MB), with the collector off and in one process:
PyYAML's C loader 1.53 s, ruamel.yaml 3.78 s, a first form of our builder from PyYAML's C events 0.76 s, plain Python
for plain block YAML 0.37 s; in Rust and C++ ryaml 0.37 s, py-yaml12 0.28 s, yaml-rs 0.18 s, rapidyaml by way of JSON
0.17 s. The events are what is used: the last four tell no lines, and read `0644`, `yes` or `1e400` otherwise than
Kubernetes does (of 107 odd values they got 55 to 77 right, our builder 95 at that time). An anchor that contains
itself ends rapidyaml with a segmentation fault, aliases that multiply end py-yaml12 with an abort, and 50,000 open
brackets PyYAML's and ruamel.yaml's C loaders; ours stops at 1,000 levels. Nodes with marks instead of events cost five
times as much while the collector is on.
""",
    "peers": """
The same manifests, in one run on the same machine; each tool writes JSON to a file, in three runs, or one where that
takes half a minute, and is stopped after 300 seconds. The tools do not look at the same: kube-score runs all of its
checks, Kyverno ten policies of our own, kubeconform only compares with schemas, and `readiness audit` asks what the
profile `recommended` does. kube-score, kubeconform and Kyverno's CLI are built from the Go module proxy by `--install`,
in the versions of `tests/bench/go`; kube-linter and Polaris are measured where they are on the PATH.

What becomes of one odd file among good ones was tried too: broken YAML, a good document beside a broken one, invalid
UTF-8, a NUL, duplicate keys, wrong types, templates of Helm, Lists, and aliases that make 10⁹ nodes
or 1 GB. `readiness audit` took 0.13 to 0.17 s for each, as without it; it judges all the rest and Lists, names file
and line of what it does not judge, and ends with 2 then. kube-score and Kyverno stop at most of these without naming
the file, and Kyverno crashes at a List; kube-linter leaves the file out without a word and ends with 0, and so it does
with files above 10 MiB; Polaris leaves out a List's items. A file of 219 KB whose aliases make 1 GB takes those that
read ConfigMaps 4 to 8 GiB.
""",
}
_TITLES = {
    "operator": "The operator over 1,000 Deployments with 5,000 pods",
    "repairs": "From a repair to the policy's condition",
    "probes": "Live probing",
    "audit": "The offline audit",
    "peers": "The offline audit beside other tools",
}
PARTS = {name: Part(name, title, _METHODS[name].strip()) for name, title in _TITLES.items()}


def section(part: Part, figures: Sequence[Figure], beside: str, *, small: bool) -> str:
    """A part's section: `beside` is what the machine did besides."""
    command = f"python -m tests.bench {part.name}{' --small' if small else ''}"
    measured = (
        f"Measured {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC on {host.description()}; before: {beside}."
    )
    scale = "\n\n**A small run: for a look at the benchmark, not at the figures.**" if small else ""
    return f"## {part.title}\n\n{part.method}{scale}\n\n`{command}`. {measured}\n\n{table(figures)}"


def write(path: Path, sections: Sequence[str]) -> None:
    """Write these sections into the document, in the order of `PARTS`."""
    kept = _sections(path.read_text()) if path.exists() else {}
    kept |= {_title(text): text for text in sections}
    texts = [kept[part.title] for part in PARTS.values() if part.title in kept]
    path.write_text("\n\n".join([_HEAD, *texts]) + "\n")


def _sections(text: str) -> dict[str, str]:
    found = [f"## {part.strip()}" for part in text.split("\n## ")[1:]]
    return {_title(part): part for part in found}


def _title(text: str) -> str:
    return text.splitlines()[0].removeprefix("## ")
