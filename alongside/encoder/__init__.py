"""The sentence encoder: texts to vectors, on this machine, from one pinned set of weights.

``model`` loads and encodes and runs on both Pythons. ``build``, with ``graph`` and ``pinned``, makes the file once, at
set-up, in the app's environment; nothing else imports it.
"""

from alongside.encoder.model import DIMENSIONS, Encoder, default_folder

__all__ = ["DIMENSIONS", "Encoder", "default_folder"]
