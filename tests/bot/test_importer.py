"""Our reader of sentences says what Rasa's says, only sooner."""

from pathlib import Path

import pytest
from rasa.shared.exceptions import YamlSyntaxException
from rasa.shared.importers.utils import training_data_from_paths

from bot.importer import dates_as_text, read_sentences
from tests.bot.assistant import ROOT

pytestmark = pytest.mark.rasa

ODD = r"""version: "3.1"
nlu:
- intent: ask_visiting/times
  examples: |
    - no
    - is it 12:30
    - [Rowan]{"entity": "place", "value": "rowan ward"} please 😟
responses:
  utter_ask_visiting/times:
  - text: "From 12:30 \u2013 no later"
    buttons:
    - title: No
      payload: /no
    - title: 12:30
      payload: "on"
    metadata:
      title: 3
      review_on: 2027-03-01
      grade: 5.5
      draft: false
      until: ~
"""


def test_the_shipped_sentences_and_odd_ones_are_read_as_rasa_reads_them(tmp_path: Path) -> None:
    (tmp_path / "odd.yml").write_text(ODD, encoding="utf-8")
    for files in (
        [str(tmp_path / "odd.yml")],
        [str(ROOT / "data" / "nlu" / name) for name in ("visiting.yml", "small_talk.yml")],
    ):
        ours, rasas = read_sentences(files), training_data_from_paths(files, "en")
        assert [example.data for example in ours.training_examples] == [example.data for example in rasas.training_examples]
        assert ours.responses == dates_as_text(rasas.responses)
        assert ours.entity_synonyms == rasas.entity_synonyms


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text("version: '3.1'\nnlu: [", encoding="utf-8")
    with pytest.raises(YamlSyntaxException, match=r"broken\.yml"):
        read_sentences([str(broken)])
