"""The classifier trains, saves, loads and gives the same answer, in the form Rasa's response selector uses."""

from pathlib import Path
from typing import Any

import pytest
from rasa.core.actions.action import ActionRetrieveResponse
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message

from bot.components.answers import AnswerClassifier
from bot.components.encoder import SentenceEncoder

pytestmark = pytest.mark.rasa

DATA = ["visiting", "confidentiality", "small_talk", "out_of_scope"]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path_factory.mktemp("storage"))


def made(component: Any, storage: LocalModelStorage, how: str = "create", **config: Any) -> Any:
    settings = {**component.get_default_config(), **config}
    return getattr(component, how)(settings, storage, Resource(component.__name__), ExecutionContext(GraphSchema({})))


@pytest.fixture(scope="module")
def encoder(storage: LocalModelStorage) -> Any:
    return made(SentenceEncoder, storage)


@pytest.fixture(scope="module")
def trained(encoder: Any, storage: LocalModelStorage) -> Any:
    data = None
    for name in DATA:
        read = load_data(str(ROOT / "data" / "nlu" / f"{name}.yml"))
        data = read if data is None else data.merge(read)
    classifier = made(AnswerClassifier, storage)
    classifier.train(encoder.process_training_data(data))
    return classifier


@pytest.fixture(scope="module")
def loaded(trained: Any, storage: LocalModelStorage) -> Any:
    return made(AnswerClassifier, storage, "load")


def read(encoder: Any, classifier: Any, text: str) -> dict[str, Any]:
    message = Message({TEXT: text})
    classifier.process(encoder.process([message]))
    return message.as_dict(only_output_properties=True)


TEXTS = ["can I bring his little sister", "they wont tell me anything about my son", "hello", "asdf qwer", "😟", ""]


@pytest.mark.parametrize("text", TEXTS)
def test_a_loaded_classifier_gives_the_same_answer(encoder: Any, trained: Any, loaded: Any, text: str) -> None:
    assert read(encoder, loaded, text) == read(encoder, trained, text)


def test_training_twice_gives_the_same_model(encoder: Any, trained: Any, tmp_path: Path) -> None:
    storage = LocalModelStorage.create(tmp_path)
    data = load_data(str(ROOT / "data" / "nlu" / "visiting.yml"))
    encoder.process_training_data(data)
    first, second = made(AnswerClassifier, storage), made(AnswerClassifier, storage)
    first.train(data)
    second.train(data)
    assert read(encoder, first, TEXTS[0]) == read(encoder, second, TEXTS[0])


def test_nothing_stored_can_run_code(trained: Any, storage: LocalModelStorage) -> None:
    with storage.read_from(Resource("AnswerClassifier")) as folder:
        names = {path.suffix for path in folder.iterdir()}
    assert names <= {".npz", ".json"}


def test_the_answer_has_the_response_selectors_form(encoder: Any, loaded: Any) -> None:
    understood = read(encoder, loaded, "can I bring his little sister")
    assert understood["intent"]["name"] == "ask_visiting"
    assert understood["answer_ranking"][0]["label"] == "visiting/bring_children"
    chosen = understood["response_selector"]["ask_visiting"]["response"]
    assert chosen["intent_response_key"] == "ask_visiting/bring_children"
    assert chosen["utter_action"] == "utter_ask_visiting/bring_children"
    assert chosen["responses"][0]["text"]
    assert understood["response_selector"]["default"]["response"] == chosen
    assert {"ask_visiting", "ask_confidentiality", "small_talk"} <= set(understood["response_selector"]["all_retrieval_intents"])


def test_rasas_own_action_finds_the_response(encoder: Any, loaded: Any) -> None:
    understood = read(encoder, loaded, "can I bring his little sister")
    tracker = DialogueStateTracker.from_events("carer", [UserUttered(TEXTS[0], understood["intent"], parse_data=understood)])
    name = ActionRetrieveResponse("utter_ask_visiting").get_full_retrieval_name(tracker)
    assert name == "utter_ask_visiting/bring_children"


def test_below_the_threshold_it_asks_back_and_keeps_the_ranking(encoder: Any, trained: Any, storage: LocalModelStorage) -> None:
    unsure = made(AnswerClassifier, storage, "load", threshold=1.01)
    understood = read(encoder, unsure, "can I bring his little sister")
    assert understood["intent"]["name"] == "nlu_fallback"
    assert understood["intent_ranking"][1]["name"] == "ask_visiting"
    assert understood["answer_ranking"][0]["label"] == "visiting/bring_children"


@pytest.mark.parametrize(("text", "intent"), [("", "no_words"), ("😟", "no_words"), ("Мой сын в больнице", "other_language")])
def test_letters_decide_before_learning_does(encoder: Any, loaded: Any, text: str, intent: str) -> None:
    understood = read(encoder, loaded, text)
    assert understood["intent"] == {"name": intent, "confidence": 1.0}
    assert understood["answer_ranking"] == [{"label": intent, "confidence": 1.0}]
    assert "response_selector" not in understood
    assert not understood.get(ENTITIES)


def test_a_long_message_names_its_other_need(encoder: Any, loaded: Any) -> None:
    text = (
        "They will not tell me anything at all about my son, nobody says a word. And can I bring his little sister when I visit?"
    )
    understood = read(encoder, loaded, text)
    labels = {understood["answer_ranking"][0]["label"], *understood["other_needs"]}
    assert {"visiting/bring_children", "confidentiality/what_staff_can_share"} <= labels


def test_five_labels_are_ranked_and_confidences_are_shares(encoder: Any, loaded: Any) -> None:
    understood = read(encoder, loaded, "is there a park near here")
    sure = [entry["confidence"] for entry in understood["answer_ranking"]]
    assert len(sure) == 5
    assert sum(sure) <= 1.001
