"""``python -m alongside.encoder build``: make the sentence encoder's files."""

import argparse
import os
import sys
from pathlib import Path

from alongside.core.errors import EncoderError
from alongside.encoder import build
from alongside.encoder.model import default_folder


def main() -> int:
    """Build, or adopt the operator's own ONNX file. Does nothing when a whole encoder is already there."""
    parser = argparse.ArgumentParser(prog="python -m alongside.encoder", description="Build the sentence encoder.")
    make = parser.add_subparsers(dest="command", required=True).add_parser("build")
    make.add_argument("--out", type=Path, default=default_folder(), help="where to put the files")
    make.add_argument(
        "--onnx", type=Path, default=os.environ.get("ALONGSIDE_ENCODER_ONNX") or None, help="an ONNX file you already have"
    )
    make.add_argument("--sha256", default=os.environ.get("ALONGSIDE_ENCODER_SHA256") or None, help="the hash that file must have")
    make.add_argument("--force", action="store_true", help="build even if it is there")
    given = parser.parse_args()

    def say(line: str) -> None:
        print(f"encoder: {line}", flush=True)

    if not given.force and build.is_built(given.out):
        say(f"already built in {given.out}")
        return 0
    try:
        if given.onnx:
            build.adopt(given.onnx, given.out, say, expected=given.sha256)
        else:
            build.build(given.out, say)
    except EncoderError as error:
        print(f"encoder: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
