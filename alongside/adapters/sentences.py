"""The sentence encoder as the app uses it: loaded when it is first needed, as most processes never do."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alongside.encoder.model import DIMENSIONS, Encoder


class LazyEncoder:
    """Turns texts into vectors. It blocks: call it in a thread. Raises EncoderError when the encoder is not built."""

    dimensions = DIMENSIONS

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._encoder: Encoder | None = None
        self._loading = threading.Lock()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length one for each text."""
        with self._loading:
            if self._encoder is None:
                self._encoder = Encoder.load(self._folder)
        return self._encoder.encode(texts)
