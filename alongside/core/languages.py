"""The languages an answer can be translated into: what each is called by those who speak it, and in English, and how it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

OURS = "en-GB"
"""The language in which everything is approved first."""


@dataclass(frozen=True)
class Language:
    """``code`` is its BCP 47 tag. ``own_name`` stands on carers' buttons, ``name`` on maintainers' pages."""

    code: str
    own_name: str
    name: str
    is_rtl: bool = False

    @property
    def direction(self) -> str:
        """Return it as HTML's ``dir`` has it."""
        return "rtl" if self.is_rtl else "ltr"


LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        language.code: language
        for language in (
            Language("cy", "Cymraeg", "Welsh"),
            Language("sq", "Shqip", "Albanian"),
            Language("am", "አማርኛ", "Amharic"),
            Language("ar", "العربية", "Arabic", is_rtl=True),
            Language("bn", "বাংলা", "Bengali"),
            Language("bg", "Български", "Bulgarian"),
            Language("zh-Hans", "简体中文", "Chinese, simplified"),
            Language("zh-Hant", "繁體中文", "Chinese, traditional"),
            Language("cs", "Čeština", "Czech"),
            Language("fr", "Français", "French"),
            Language("gd", "Gàidhlig", "Gaelic"),
            Language("gu", "ગુજરાતી", "Gujarati"),
            Language("he", "עברית", "Hebrew", is_rtl=True),
            Language("hi", "हिन्दी", "Hindi"),
            Language("hu", "Magyar", "Hungarian"),
            Language("ga", "Gaeilge", "Irish"),
            Language("it", "Italiano", "Italian"),
            Language("ckb", "کوردیی ناوەندی", "Kurdish, Sorani", is_rtl=True),
            Language("lt", "Lietuvių", "Lithuanian"),
            Language("ps", "پښتو", "Pashto", is_rtl=True),
            Language("fa", "فارسی", "Persian", is_rtl=True),
            Language("pl", "Polski", "Polish"),
            Language("pt", "Português", "Portuguese"),
            Language("pa", "ਪੰਜਾਬੀ", "Punjabi"),
            Language("ro", "Română", "Romanian"),
            Language("ru", "Русский", "Russian"),
            Language("sk", "Slovenčina", "Slovak"),
            Language("so", "Soomaali", "Somali"),
            Language("es", "Español", "Spanish"),
            Language("ta", "தமிழ்", "Tamil"),
            Language("ti", "ትግርኛ", "Tigrinya"),
            Language("tr", "Türkçe", "Turkish"),
            Language("uk", "Українська", "Ukrainian"),
            Language("ur", "اردو", "Urdu", is_rtl=True),
            Language("vi", "Tiếng Việt", "Vietnamese"),
            Language("yi", "ייִדיש", "Yiddish", is_rtl=True),
        )
    }
)
"""Welsh first, which has a place of its own in law, then by their English names. Another one is one more line."""


def find_language(tag: str | None) -> Language | None:
    """Return the language that a BCP 47 tag means, by its longest beginning that is known: Welsh for ``cy-GB``."""
    parts = (tag or "").casefold().split("-")
    known = {code.casefold(): language for code, language in LANGUAGES.items()}
    starts = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((known[start] for start in starts if start in known), None)
