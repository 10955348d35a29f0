"""Where an audit finds what it judges by."""

from tests.builders import snapshot

from readiness.engine.audit import profiles_in
from readiness.model import ConfigMap, Ref


def test_the_profiles_of_a_cluster_are_in_its_config_maps() -> None:
    text = "name: house\ntitle: Ours\ndescription: What we ask.\nrequirements: [{name: run-as-non-root}]\n"
    settings = ConfigMap(Ref("ConfigMap", "shop", "settings"))
    cluster = snapshot(ConfigMap(Ref("ConfigMap", "shop", "house"), profile=text), settings)
    assert [(found.name, found.source) for found in profiles_in(cluster.inventory)] == [
        ("house", "ConfigMap shop/house")
    ]
