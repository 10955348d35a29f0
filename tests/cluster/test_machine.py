"""What can be known about the cluster without starting one."""

import json
import os
import re
import subprocess
import tarfile
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from tests.cluster import cache, cgroups, config, kwok, mounts, network
from tests.cluster.archive import write_image
from tests.cluster.components import PROGRAMS, commands
from tests.cluster.errors import ClusterError
from tests.cluster.golang import Toolchain, needed_version
from tests.cluster.identity import Process, child_of
from tests.cluster.installed import NAMESPACE
from tests.cluster.layout import Layout
from tests.cluster.machine import Cluster
from tests.cluster.packages import missing_packages, require, require_linux_root
from tests.cluster.pip_settings import pip_settings
from tests.cluster.programs import FAMILIES, Family, Programs, pinned_version, program_name, version_stamps
from tests.cluster.record import Record


@pytest.fixture
def sleeper() -> Iterator[Process]:
    process = subprocess.Popen(["sleep", "60"])
    started = Process.of(process.pid)
    assert started
    yield started
    process.kill()
    process.wait()


class TestProcesses:
    def test_a_number_that_was_given_away_again_is_another_process(self) -> None:
        me = Process.of(os.getpid())
        assert me
        assert me.alive
        assert not Process(me.pid, me.started - 1).alive

    def test_killing_a_stranger_with_our_number_does_nothing(self, sleeper: Process) -> None:
        assert Process(sleeper.pid, sleeper.started - 1).kill()
        assert sleeper.alive

    def test_killing_waits_until_it_is_gone(self, sleeper: Process) -> None:
        assert sleeper.kill()
        assert not sleeper.alive
        assert sleeper.kill()

    def test_a_child_is_found_by_its_parent(self) -> None:
        script = "sleep 60 & echo $!; exec >&-; wait"
        with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, text=True) as parent:
            assert parent.stdout
            number = int(parent.stdout.readline())
            child = child_of(parent.pid)
            assert child
            assert child.pid == number
            assert child.kill()

    def test_nobody_is_process_none(self) -> None:
        assert Process.of(2**22 + 1) is None


class TestCache:
    def test_an_interrupted_file_never_arrives(self, tmp_path: Path) -> None:
        target = tmp_path / "below" / "file"

        def write_half() -> None:
            with cache.arriving(target) as file:
                file.write_text("half")
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            write_half()
        assert list(target.parent.iterdir()) == []

    def test_what_arrives_replaces_what_was_there(self, tmp_path: Path) -> None:
        for text in ("old", "new"):
            with cache.arriving(tmp_path / "folder") as folder:
                folder.mkdir()
                (folder / text).touch()
        assert [path.name for path in (tmp_path / "folder").iterdir()] == ["new"]

    def test_the_hash_follows_content_and_nothing_else(self, tmp_path: Path) -> None:
        one, two = tmp_path / "one", tmp_path / "two"
        one.write_text("1")
        two.write_text("2")
        before = cache.content_hash([one, two])
        assert cache.content_hash([two, one]) == before
        two.write_text("3")
        assert cache.content_hash([one, two]) != before

    def test_its_place_is_configurable(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("READINESS_CLUSTER_CACHE", str(tmp_path / "mine"))
        assert cache.cache_root() == tmp_path / "mine"


class TestPrograms:
    @pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.module)
    def test_every_program_is_a_pinned_tool_and_every_tool_a_program(self, family: Family) -> None:
        go_mod = (family.folder / "go.mod").read_text()
        tools = re.search(r"^tool (?:\(\n(.*?)^\)|(\S+))", go_mod, re.MULTILINE | re.DOTALL)
        assert tools
        assert sorted((tools[1] or tools[2]).split()) == sorted(family.packages)

    def test_every_component_has_a_program(self) -> None:
        built = {program_name(package) for family in FAMILIES for package in family.packages}
        assert set(PROGRAMS.values()) | {"kubectl", "helm", "ctr", "containerd-shim-runc-v2"} == built

    def test_versions_come_from_the_pins(self) -> None:
        go_mod = "require (\n\tk8s.io/kubernetes v1.36.3 // indirect\n\tk8s.io/kube v0.1.0\n)\n"
        assert pinned_version(go_mod, "k8s.io/kubernetes") == "v1.36.3"
        with pytest.raises(ClusterError, match=r"no version of k8s\.io/other"):
            pinned_version(go_mod, "k8s.io/other")

    def test_kubernetes_is_stamped_with_its_version(self) -> None:
        assert version_stamps("v1.36.3").split()[1::2] == [
            "k8s.io/component-base/version.gitVersion=v1.36.3",
            "k8s.io/component-base/version.gitMajor=1",
            "k8s.io/component-base/version.gitMinor=36",
        ]
        with pytest.raises(ClusterError, match="latest"):
            version_stamps("latest")

    def test_the_newest_go_that_any_module_needs_is_needed(self) -> None:
        assert max(map(needed_version, ["go 1.26\n", "module m\n\ngo 1.26.6\n", "go 1.9\n"])) == (1, 26, 6)

    @pytest.mark.parametrize(
        "failure, tries",
        [("reading https://modules.shop.example/kwok.zip: 503 Service Unavailable", 3), ("undefined: main", 1)],
    )
    def test_a_failed_download_is_tried_again_and_a_failed_build_is_not(
        self, tmp_path: Path, failure: str, tries: int
    ) -> None:
        go, log = tmp_path / "go", tmp_path / "log"
        go.write_text(f"#!/bin/sh\necho tried >> {log}\necho '{failure}' >&2\nexit 1\n")
        go.chmod(0o755)
        with pytest.raises(ClusterError, match=failure):
            Toolchain(go, pauses=(0.0, 0.0)).build(tmp_path, ".", tmp_path / "kwok")
        assert len(log.read_text().splitlines()) == tries

    def test_a_missing_program_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(ClusterError, match="kubelet is missing"):
            Programs(tmp_path).path("kubelet")

    def test_missing_packages_are_named_once(self) -> None:
        commands = {"no-such-command": "absent", "nor-this-one": "absent", "sh": "dash"}
        assert missing_packages(commands) == ["absent"]


class TestMachine:
    def test_other_systems_are_refused_with_an_alternative(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("platform.system", lambda: "Darwin")
        with pytest.raises(ClusterError, match=r"needs Linux, and this is Darwin.*readiness audit"):
            require_linux_root()

    def test_other_users_are_refused_with_an_alternative(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("os.geteuid", lambda: 1000)
        with pytest.raises(ClusterError, match=r"needs root, and this is user 1000.*KUBECONFIG"):
            require_linux_root()

    def test_missing_packages_are_named_to_those_who_may_not_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("os.geteuid", lambda: 1000)
        with pytest.raises(ClusterError, match=r"apt-get install -y --no-install-recommends absent$"):
            require({"no-such-command": "absent"})


class TestLayout:
    @pytest.mark.parametrize("name", ["", "-a", "a-", "A", "a/b", "a" * 41, "..", "a b"])
    def test_odd_names_are_refused(self, name: str) -> None:
        with pytest.raises(ClusterError, match="no name for a cluster"):
            Layout.of(name)

    def test_paths_too_long_for_sockets_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ClusterError, match="too long"):
            Layout.of("a", tmp_path / ("deep" * 20))

    @pytest.mark.parametrize("folder", ["/run/here", "/var/lib/there", "/var/log"])
    def test_folders_that_look_different_inside_are_refused(self, folder: str) -> None:
        with pytest.raises(ClusterError, match="cannot live"):
            mounts.refuse_hidden(Path(folder))

    def test_two_clusters_share_no_path(self) -> None:
        one, two = Layout.of("one"), Layout.of("two")
        assert one.folder != two.folder
        assert one.cgroup != two.cgroup


class TestConfiguration:
    def test_secrets_are_for_the_owner_alone(self, tmp_path: Path) -> None:
        layout = Layout("mine", tmp_path)
        config.write(layout)
        for secret in ("kubeconfig", "tokens.csv", "sa.key"):
            assert (tmp_path / secret).stat().st_mode & 0o077 == 0, secret

    def test_every_cluster_has_a_token_of_its_own(self, tmp_path: Path) -> None:
        tokens = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            config.write(Layout(name, tmp_path / name))
            tokens.append((tmp_path / name / "tokens.csv").read_text())
        assert len(set(tokens)) == 2

    def test_reads_are_not_audited_but_those_of_secrets_by_the_operator(self) -> None:
        first, *reads, last = config.audit_policy()["rules"]
        assert not {"get", "list", "watch"} & set(first["verbs"])
        assert {verb for rule in reads for verb in rule["verbs"]} == {"get", "list", "watch"}
        for rule in reads:
            assert rule["userGroups"] == [f"system:serviceaccounts:{NAMESPACE}"]
            assert rule["resources"] == [{"group": "", "resources": ["secrets"]}]
        assert last == {"level": "None"}

    def test_auditing_is_off_unless_asked_for(self) -> None:
        layout = Layout.of("mine")
        flags = {audit: " ".join(commands(layout, audit=audit)["apiserver"]) for audit in (True, False)}
        assert "--audit-log-path" in flags[True]
        assert "--audit-log-path" not in flags[False]

    def test_fake_pods_are_outside_the_real_pods_network(self) -> None:
        assert not ip_network(network.FAKE_PODS).overlaps(ip_network(network.PODS))

    def test_fake_nodes_repel_pods_that_do_not_ask_for_them(self) -> None:
        fake = kwok.nodes(2)["items"]
        assert [node["metadata"]["name"] for node in fake] == ["kwok-0", "kwok-1"]
        assert all(node["spec"]["taints"] == [kwok.TAINT] for node in fake)


class TestRecord:
    def test_it_survives_the_process_that_wrote_it(self, tmp_path: Path) -> None:
        for owner in (None, Process(7, 8)):
            record = Record(Process(1, 2), owner, Path("/programs"), audit=True)
            record.write(tmp_path)
            assert Record.read(tmp_path) == record

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"first": 3}'])
    def test_half_of_one_is_none(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "cluster.json").write_text(text)
        assert Record.read(tmp_path) is None

    def test_one_by_another_user_is_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        Record(Process(1, 2), None, Path("/programs"), audit=True).write(tmp_path)
        monkeypatch.setattr("os.geteuid", lambda: tmp_path.stat().st_uid + 1)
        assert Record.read(tmp_path) is None

    def test_a_folder_of_other_things_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "precious").touch()
        with pytest.raises(ClusterError, match="left alone"):
            Cluster("mine", tmp_path).stop()
        assert (tmp_path / "precious").exists()

    def test_what_does_not_run_says_how_to_start_it(self, tmp_path: Path) -> None:
        cluster = Cluster("mine", tmp_path)
        assert not cluster.running
        with pytest.raises(ClusterError, match="--name mine up"):
            cluster.kubectl("get", "nodes")


class TestArchive:
    def test_it_is_an_image_that_runs_the_program_as_a_foreign_user(self, tmp_path: Path) -> None:
        program = tmp_path / "program"
        program.write_bytes(b"\x7fELF")
        write_image(tmp_path / "image.tar", "localhost/it:2", program)
        with tarfile.open(tmp_path / "image.tar") as archive:
            files = {entry.name: archive.extractfile(entry).read() for entry in archive}  # type: ignore[union-attr]
        manifest_entry = json.loads(files["index.json"])["manifests"][0]
        assert manifest_entry["annotations"]["io.containerd.image.name"] == "localhost/it:2"
        manifest = json.loads(files[_blob(manifest_entry)])
        image = json.loads(files[_blob(manifest["config"])])
        assert image["config"] == {"Entrypoint": ["/program"], "User": "65532:65532"}
        assert [_blob({"digest": layer}) for layer in image["rootfs"]["diff_ids"]] == [
            _blob(layer) for layer in manifest["layers"]
        ]

    def test_the_same_program_gives_the_same_bytes(self, tmp_path: Path) -> None:
        program = tmp_path / "program"
        program.write_bytes(b"\x7fELF")
        for target in ("one.tar", "two.tar"):
            write_image(tmp_path / target, "localhost/it:2", program)
        assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()


class TestPip:
    def test_the_environment_wins_over_files_and_later_files_over_earlier_ones(self, tmp_path: Path) -> None:
        files = [tmp_path / "global.conf", tmp_path / "own.conf", tmp_path / "absent.conf"]
        files[0].write_text("[global]\nindex-url = https://one.example/simple\ntimeout = 1\ntrusted-host = a.example\n")
        files[1].write_text("[global]\nindex-url = https://two.example/simple\ntimeout = 2\nuser = yes\n")
        environment = {"PIP_INDEX_URL": "https://three.example/simple", "PIP_REQUIRE_VIRTUALENV": "1", "HOME": "/"}
        assert pip_settings(environment, files) == {
            "index-url": "https://three.example/simple",
            "timeout": "2",
            "trusted-host": "a.example",
        }


class TestCgroups:
    @pytest.mark.parametrize("version", ["v1", "v2"])
    def test_a_cgroup_is_made_in_every_hierarchy(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
    ) -> None:
        monkeypatch.setattr(cgroups, "MOUNT", tmp_path)
        folders = [tmp_path] if version == "v2" else [tmp_path / "cpuset", tmp_path / "memory"]
        for folder in folders:
            folder.mkdir(exist_ok=True)
            (folder / "cgroup.procs").touch()
        if version == "v2":
            (tmp_path / "cgroup.controllers").write_text("cpuset cpu io memory pids rdma")
            (tmp_path / "cgroup.subtree_control").write_text("memory")
        cgroups.create("mine")
        assert all((folder / "mine").is_dir() for folder in folders)
        if version == "v2":
            assert (tmp_path / "cgroup.subtree_control").read_text() == "+cpuset +cpu +io +pids"


def _blob(descriptor: dict[str, str]) -> str:
    return "blobs/sha256/" + descriptor["digest"].removeprefix("sha256:")
