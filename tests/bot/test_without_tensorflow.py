"""Rasa loads without TensorFlow, and a component that needs it says what to do."""

import subprocess
import sys

import pytest

from tests.bot.assistant import ROOT

pytestmark = pytest.mark.rasa

PRETEND = "from bot.without_tensorflow import pretend_tensorflow\npretend_tensorflow()\n"


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-W", "ignore", "-c", PRETEND + program], cwd=ROOT, capture_output=True, text=True)


def test_rasa_and_spacy_load_and_nothing_of_tensorflow_does() -> None:
    done = run(
        "import sys, spacy, rasa.core.agent, rasa.engine.recipes.default_components\n"
        "from thinc.compat import has_tensorflow\n"
        "files = [str(getattr(module, '__file__', '')) for module in list(sys.modules.values())]\n"
        "print(has_tensorflow, any('site-packages/tensorflow' in file for file in files))"
    )
    assert done.stdout.splitlines()[-1:] == ["False False"], done.stderr[-2000:]


def test_using_it_says_what_to_do() -> None:
    done = run("import tensorflow as tf\ntf.constant(1)")
    assert "Take the component out of config.yml" in done.stderr


def test_its_names_can_be_derived_from_and_decorate() -> None:
    done = run(
        "import tensorflow as tf\nfrom tensorflow.keras.utils import Sequence\n"
        "class Data(Sequence): pass\n"
        "@tf.function\ndef plain(): return 1\n"
        "@tf.function(jit_compile=True)\ndef jitted(): return 2\n"
        "print(plain(), jitted())"
    )
    assert done.stdout.strip() == "1 2"
