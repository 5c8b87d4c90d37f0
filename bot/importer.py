"""Reads our data files for Rasa: `rasa train`, `rasa data validate`, `rasa test` and bot.train all come through here.

Answers carry dates (checked_on, review_on). YAML makes date objects of them, and Rasa cannot store those in a model, so
they become ISO text. Each file is read once: Rasa itself asks for the sentences twice. The sentences are read by libyaml: Rasa
holds each file to a schema with a reader in Python, which takes most of the time. `rasa data validate` and `alongside answers
check` look for what is misshapen.
"""

import warnings
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.exceptions import YamlSyntaxException
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method
from rasa.shared.utils.validation import validate_training_data_format_version

from bot.yaml_files import Loader, keep_patterns_as_they_are

keep_patterns_as_they_are()

# Three warnings of `rasa data validate` that are no faults, and would bury one that is. It does not see which responses our
# actions say, it counts a topic's intent twice, once in bot/domain/ and once because the topic's answers name it, and it wants
# sentences for an intent that only buttons have. tests/bot/test_domain.py checks these: every response is said by somebody, no
# name is defined twice, and every other intent has sentences.
warnings.filterwarnings("ignore", message="The utterance 'utter_\\w+' is not used in any story or rule")
warnings.filterwarnings("ignore", message="The following duplicated intents have been found across multiple domain files: ask_")
warnings.filterwarnings(
    "ignore", message="The intent 'handover_choice' is listed in the domain file, but is not found in the NLU"
)


class AlongsideFiles(RasaFileImporter):
    """Rasa's own file importer, with dates as text."""

    @cached_method
    def get_domain(self) -> Domain:
        return Domain.from_dict(dates_as_text(super().get_domain().as_dict()))

    @cached_method
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        return read_sentences(self._nlu_files)


def read_sentences(files: list[str]) -> TrainingData:
    """Read sentences and their answers. What a file may not hold is warned of, as Rasa does."""
    reader = RasaYAMLReader()
    responses: dict[str, Any] = {}
    for file in files:
        reader.filename = file
        try:
            content = yaml.load(Path(file).read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506 (a safe loader)
        except yaml.YAMLError as error:
            raise YamlSyntaxException(file, error) from error
        if validate_training_data_format_version(content, file):
            reader._parse_nlu(content.get("nlu"))
            responses.update(dates_as_text(content.get("responses") or {}))
    return TrainingData(reader.training_examples, reader.entity_synonyms, reader.regex_features, reader.lookup_tables, responses)


def dates_as_text(value: Any) -> Any:
    """Return the value with every date in it as ISO text."""
    if isinstance(value, dict):
        return {key: dates_as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [dates_as_text(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
