"""Reads YAML quickly. Rasa's own way takes a minute with 2,000 answers, for each start and each training."""

import re
from typing import Any

import yaml
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from ruamel.yaml.resolver import VersionedResolver


class Loader(yaml.CSafeLoader):
    """libyaml, taking YAML 1.2 as Rasa does: “no” and “12:30” are text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag.split(":")[-1] not in ("bool", "int", "float")]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|True|TRUE|false|False|FALSE"), list("tTfF"))
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9]\d*)$"), list("-+0123456789"))
Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?\d+\.\d*(?:[eE][-+]?\d+)?$"), list("-+0123456789"))


def read_domains_quickly() -> None:
    """Have a model's domain read by libyaml, once, in this process from now on.

    Training has held it to Rasa's schema and written it, and the model's hash is checked. Rasa reads it four times in Python.
    """

    def load(
        cls: Any, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: Any, **_: Any
    ) -> DomainProvider:
        with model_storage.read_from(resource) as folder:
            content = yaml.load((folder / "domain.yml").read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506 (a safe loader)
        provider: DomainProvider = cls(model_storage, resource, Domain.from_dict(content))
        return provider

    DomainProvider.load = classmethod(load)


AS_IT_CAME = VersionedResolver.versioned_resolver


def keep_patterns_as_they_are() -> None:
    """Mend how ruamel.yaml 0.17, which Rasa is bound to, tells what a value is, in this process from now on.

    It puts the patterns for every value behind those for its first letter in the very list it keeps. As Rasa has such a pattern
    (for environment variables), the list gains one at each value, and reading takes time with the square of the values. Here it
    gets a list of its own each time.
    """
    VersionedResolver.versioned_resolver = property(lambda self: _Copies(AS_IT_CAME.fget(self)))


class _Copies(dict[Any, Any]):
    def get(self, key: Any, default: Any = None) -> list[Any]:
        return list(super().get(key, default))
