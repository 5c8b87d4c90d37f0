"""Approved words that are no FAQ answer: the greeting, the apology, the safety replies, and what look-ups say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from alongside.core.answers import facts_used, fill_facts
from alongside.core.conversations import Choice
from alongside.core.errors import ContentError
from alongside.core.facts import Fact


@dataclass(frozen=True)
class Wording:
    """One wording of a response; ``nation`` is None for the default."""

    text: str
    choices: tuple[Choice, ...] = ()
    nation: str | None = None


@dataclass(frozen=True)
class Words:
    """Every approved response the app may say by itself, and the facts they and the answers refer to."""

    responses: Mapping[str, tuple[Wording, ...]]
    facts: Mapping[str, Fact]

    def find(self, response: str, *, nation: str | None) -> Wording:
        """Return the nation's own wording, or the default. Raises ContentError when there is none."""
        wordings = self.responses.get(response, ())
        for wanted in (nation, None):
            for wording in wordings:
                if wording.nation == wanted:
                    return wording
        raise ContentError(f"The response '{response}' has no default wording. Add it to data/words.yml or bot/domain/.")

    def fill(self, text: str, *, today: date) -> str:
        """Put today's facts in the place of their marks; a fact past its review date is said the way round."""
        return fill_facts(text, {name: fact.words(today) for name, fact in self.facts.items()})

    def has_run_out(self, text: str, *, today: date) -> bool:
        """Say whether a text refers to a fact that is past its review date."""
        return any(self.facts[name].has_run_out(today) for name in facts_used(text) & self.facts.keys())
