"""Build the encoder's files, once, at set-up: weights to ONNX to int8, with a manifest of hashes."""

import json
import logging
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from alongside.core.errors import EncoderError
from alongside.encoder import pinned
from alongside.encoder.model import DIMENSIONS, MANIFEST, MODEL, TOKENIZER, Encoder

Say = Callable[[str], None]

KEPT_IN_FLOAT32 = "layer0.narrow.product"
"""One product holds the widest range of numbers: in int8 it takes the worst cosine from 0.986 to 0.970, to save 2 % time."""


def build(folder: Path, say: Say) -> None:
    """Build from the pinned weights, in int8."""
    say("Checking the pinned weights")
    tokenizer = pinned.find(TOKENIZER)
    pinned.find("model.safetensors")
    with tempfile.TemporaryDirectory() as scratch:
        say("Writing the ONNX graph")
        full = write_float32(Path(scratch) / "float32.onnx")
        say("Turning it into int8 (about ten seconds)")
        _quantise(full, Path(scratch) / MODEL)
        _install(Path(scratch) / MODEL, tokenizer, folder, say)


def adopt(onnx_file: Path, folder: Path, say: Say, *, expected: str | None = None) -> None:
    """Take an ONNX file the operator already has in place of ours; from then on only that very file is loaded."""
    remedy = "Name the right file, or leave the setting out to build from the pinned weights."
    say(f"Taking {onnx_file}")
    pinned.checked(onnx_file, expected or (pinned.sha256(onnx_file) if onnx_file.is_file() else ""), remedy)
    _install(onnx_file, pinned.find(TOKENIZER), folder, say)


def is_built(folder: Path) -> bool:
    """Say whether the folder holds a complete encoder with the hashes it should have."""
    try:
        Encoder.load(folder)
    except EncoderError:
        return False
    return True


def write_float32(path: Path) -> Path:
    """Write the model in float32, the form the int8 one is made from and measured against."""
    import onnx
    from safetensors.numpy import load_file

    from alongside.encoder.graph import make_model

    onnx.save(make_model(load_file(pinned.find("model.safetensors"))), str(path))
    return path


def _quantise(source: Path, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # It advises a preparation step that is for graphs with unknown shapes.
    logging.getLogger().addFilter(lambda record: "pre-processing" not in record.getMessage())
    # The reduced range is seven of the eight bits: older processors overflow on eight, and would give other vectors than newer.
    quantize_dynamic(
        source, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True, nodes_to_exclude=[KEPT_IN_FLOAT32]
    )


def _install(model: Path, tokenizer: Path, folder: Path, say: Say) -> None:
    """Put the files in place and try them; the manifest comes last, so a half-built folder is never taken for whole."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    for source, name in ((model, MODEL), (tokenizer, TOKENIZER)):
        partial = folder / f"{name}.partial"
        shutil.copyfile(source, partial)
        partial.replace(folder / name)
    manifest = {
        "model": "sentence-transformers/all-MiniLM-L6-v2",
        "dimensions": DIMENSIONS,
        "files": {name: pinned.sha256(folder / name) for name in (MODEL, TOKENIZER)},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    say("Trying it")
    Encoder.load(folder).encode(["Can I visit my brother on Sunday?"])
    say(f"The sentence encoder is ready in {folder}")
