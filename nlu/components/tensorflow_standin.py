"""TensorFlow's stand-in: lets Rasa start where TensorFlow is not installed. Standard library only, on Python 3.10.

Rasa 3.6 imports TensorFlow and Keras whatever the pipeline, because it derives its own neural classifiers (DIET, TED) from
their classes as it starts. No part of `config.yml` is one of those, and TensorFlow with what it needs is 0.9 GB on disk and
most of Rasa's start. So an import of either finds modules here in which every name is an empty class: Rasa can derive from
it, write it into an annotation and ask whether something is an instance of it (nothing is), and that is all.

The law of this file: nothing of TensorFlow is imitated. What would compute something raises TensorFlowMissingError, which names
what was asked for. Rasa's own files stay as they are, and where TensorFlow is installed, that is what an import finds.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import NoReturn

PACKAGES = ("tensorflow", "keras")  # what Rasa imports as it starts; it asks for tensorflow_hub and the like only in use
USES = ("call", "iter", "getitem", "enter", "neg", "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "lt", "gt")


class TensorFlowMissingError(ImportError):
    """Something needs TensorFlow, which is not installed: most likely `config.yml` names a component that is built on it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} was used, but TensorFlow is not installed here, and none of Rooftop's components needs it. "
            "Does config.yml name a component of Rasa that is built on it, such as DIETClassifier? (nlu/README.md)"
        )


class Empty(type):
    """The type of every name of TensorFlow: a class, or a namespace, that can be named and derived from, but not used."""

    full_name: str

    def __getattr__(cls, name: str) -> Empty:
        if name.startswith("_"):
            raise AttributeError(name)
        return empty(f"{cls.full_name}.{name}")


def _refuse(cls: Empty, *_args: object, **_options: object) -> NoReturn:
    raise TensorFlowMissingError(cls.full_name)


for _use in USES:
    setattr(Empty, f"__{_use}__", _refuse)


@cache
def empty(full_name: str) -> Empty:
    """Return the class that stands for this name, the same one each time."""
    return Empty(full_name.rpartition(".")[2], (), {"full_name": full_name, "__module__": __name__})


class EmptyModule(ModuleType):
    """A module in which every public name is there, and empty."""

    def __getattr__(self, name: str) -> Empty:
        if name.startswith("_"):  # so that nobody takes it for a version, a path or a test of what there is
            message = f"TensorFlow is not installed here: its stand-in has no {self.__name__}.{name}"
            raise AttributeError(message)
        return empty(f"{self.__name__}.{name}")


class Finder(MetaPathFinder, Loader):
    """Finds PACKAGES and whatever is imported from below them."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002
        """Return a spec for these packages and their modules, None for all else."""
        ours = name.partition(".")[0] in PACKAGES
        return ModuleSpec(name, self, origin=__file__, is_package=True) if ours else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module, before it is imported."""
        return EmptyModule(spec.name, __doc__)

    def exec_module(self, module: ModuleType) -> None:
        """Leave it empty."""


def stand_in_for_tensorflow() -> None:
    """Let every import of TensorFlow find the stand-in, from now on, unless TensorFlow itself is installed.

    To be called before Rasa is imported; a second call changes nothing.
    """
    if find_spec(PACKAGES[0]) is None:  # a real one tries imports of its own that have to fail
        sys.meta_path.append(Finder())
