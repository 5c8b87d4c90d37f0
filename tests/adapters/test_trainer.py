"""Training as the app starts it. A small program stands in for the assistant's Python."""

import sys
from pathlib import Path

import pytest

from alongside.adapters.trainer import ProcessTrainer
from alongside.core.errors import ContentError

STAND_IN = '''#!{python}
"""Called as the assistant's Python would be: -m bot.train --out DIR --name NAME [--nlu DIR]."""
import hashlib, json, sys
from pathlib import Path

here = Path(__file__).parent
with (here / "calls").open("a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
if (here / "fails").exists():
    sys.exit(3)
options = dict(zip(sys.argv[3::2], sys.argv[4::2]))
model = Path(options["--out"]) / (options["--name"] + ".tar.gz")
model.write_bytes(b"a model")
Path(str(model) + ".sha256").write_text(hashlib.sha256(b"a model").hexdigest() + "\\n")
'''


@pytest.fixture
def trainer(tmp_path: Path) -> ProcessTrainer:
    program = tmp_path / "python"
    program.write_text(STAND_IN.format(python=sys.executable))
    program.chmod(0o755)
    return ProcessTrainer(python=program, encoder=tmp_path / "encoder")


def calls(tmp_path: Path) -> list[str]:
    return (tmp_path / "calls").read_text().splitlines()


async def test_the_shipped_sentences_or_a_folder_of_them(trainer: ProcessTrainer, tmp_path: Path) -> None:
    await trainer.train(tmp_path / "releases", name="one")
    await trainer.train(tmp_path / "releases", name="two", nlu=tmp_path / "exported")
    assert ["--nlu" in call for call in calls(tmp_path)] == [False, True]
    assert str(tmp_path / "exported") in calls(tmp_path)[1]


async def test_a_model_is_trained_once_and_anew_when_it_is_damaged(trainer: ProcessTrainer, tmp_path: Path) -> None:
    model, digest = await trainer.train(tmp_path / "releases", name="one")
    assert await trainer.train(tmp_path / "releases", name="one") == (model, digest)
    assert len(calls(tmp_path)) == 1
    model.write_bytes(b"half a mod")
    assert await trainer.train(tmp_path / "releases", name="one") == (model, digest)
    assert (len(calls(tmp_path)), model.read_bytes()) == (2, b"a model")


async def test_a_failed_training_is_said(trainer: ProcessTrainer, tmp_path: Path) -> None:
    (tmp_path / "fails").touch()
    with pytest.raises(ContentError, match="exit code 3"):
        await trainer.train(tmp_path / "releases", name="one")
