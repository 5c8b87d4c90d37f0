"""What is read quickly is what Rasa reads slowly."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import ruamel.yaml
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.importers.importer import TrainingDataImporter
from ruamel.yaml.resolver import VersionedResolver

from bot import yaml_files
from tests.bot.assistant import ROOT

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def domain() -> Domain:
    return TrainingDataImporter.load_from_config(
        str(ROOT / "config.yml"), str(ROOT / "bot" / "domain"), [str(ROOT / "data" / "nlu"), str(ROOT / "data" / "stories")]
    ).get_domain()


def test_a_models_domain_is_what_was_trained(domain: Domain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DomainProvider, "load", DomainProvider.load)
    storage, resource = LocalModelStorage(tmp_path), Resource("domain_provider")
    importer = SimpleNamespace(get_domain=lambda: domain)
    DomainProvider(storage, resource).provide_train(importer)
    slowly = DomainProvider.load({}, storage, resource, None).provide_inference()
    yaml_files.read_domains_quickly()
    quickly = DomainProvider.load({}, storage, resource, None).provide_inference()
    assert quickly.as_dict() == slowly.as_dict() == domain.as_dict()
    assert quickly.fingerprint() == slowly.fingerprint()


def read_with_a_pattern_for_every_value(monkeypatch: pytest.MonkeyPatch, *, mended: bool) -> list[int]:
    """Read some values, and return how many patterns each was held against."""
    monkeypatch.setattr(VersionedResolver, "versioned_resolver", yaml_files.AS_IT_CAME)
    if mended:
        yaml_files.keep_patterns_as_they_are()
    counts: list[int] = []
    resolve = VersionedResolver.resolve

    def counted(self: VersionedResolver, kind: object, value: object, implicit: object) -> object:
        found = resolve(self, kind, value, implicit)
        counts.append(len(self.versioned_resolver.get("t", [])))
        return found

    monkeypatch.setattr(VersionedResolver, "resolve", counted)
    yaml = ruamel.yaml.YAML(typ="safe", pure=True)
    assert yaml.load("".join("- they\n" for _ in range(20))) == ["they"] * 20
    return counts


def test_a_value_is_held_against_no_more_patterns_than_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    as_it_came = read_with_a_pattern_for_every_value(monkeypatch, mended=False)
    assert as_it_came[-1] > as_it_came[1], "ruamel.yaml does not need mending any more"
    monkeypatch.undo()
    mended = read_with_a_pattern_for_every_value(monkeypatch, mended=True)
    assert len(set(mended[1:])) == 1
