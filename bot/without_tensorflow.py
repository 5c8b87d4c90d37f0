"""Let Rasa load without TensorFlow: half of the start-up time, and half the memory, for something our pipeline never calls.

Rasa's policies and its recipe import modules that derive classes from Keras ones; spaCy's library thinc imports TensorFlow if it
can. None of it is used by a pipeline without DIET and TED. So an import of TensorFlow gets an empty module whose names can be
derived from, decorated with and mentioned in type hints, which is all that importing Rasa does with them.
Anything more raises an error that says what to do.
"""

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

PRETENDED = ("tensorflow", "keras", "tensorflow_addons")


def pretend_tensorflow() -> None:
    """From now on, give an empty module to whoever imports TensorFlow. Call this before anything of Rasa is imported."""
    sys.meta_path.insert(0, _Finder())


class _NameType(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Name

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        """Act as a decorator, with or without options, that changes nothing."""
        if len(arguments) == 1 and callable(arguments[0]) and not options:
            return arguments[0]
        if options and not arguments:
            return _unchanged
        raise RuntimeError(
            "A component asked for TensorFlow, which the assistant runs without (see bot/without_tensorflow.py). "
            "Take the component out of config.yml, or train with Rasa's own command line."
        )


class _Name(metaclass=_NameType):
    """Any name inside the pretended modules."""


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Name


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        # thinc asks for dlpack to see whether TensorFlow is usable; it must hear that it is not.
        if fullname.split(".")[0] not in PRETENDED or fullname == "tensorflow.experimental.dlpack":
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave the module empty."""


def _unchanged(decorated: Callable[..., Any]) -> Callable[..., Any]:
    return decorated
