"""A first check for danger, before anything else reads a carer's message.

Fixed phrases, so that it works when everything else is down and anyone can read what it catches. It leans towards
showing the numbers: a needless offer of help costs little, a missed one can cost a life.
"""

import re
from enum import Enum


class Danger(str, Enum):
    """What kind of danger a message speaks of."""

    SELF = "self"
    OTHER = "other"
    ABUSE = "abuse"


_I = r"(?:i|i'?m|ive|i've|im|id|i'd)"
_RELATIVE = (
    r"(?:he|she|they|my (?:son|daughter|mum|mam|mom|dad|brother|sister|husband|wife|partner|boyfriend|girlfriend|friend|child|"
    r"boy|girl|lad|relative|mother|father|uncle|aunt|ex|nephew|niece|grandson|granddaughter|loved one))"
)
_NEGATED = r"(?:dont|don't|do not|cant|can't|cannot|can not|no longer|not|never|didnt|didn't)"

_SELF = (
    rf"\b{_I}\b.{{0,40}}\b(?:want|wanna|going|gonna|need|wish|thinking|thought|think|plan|planning|ready|tempted|feel like)\b.{{0,25}}"
    r"\b(?:to die|of dying|about dying|be dead|was dead|were dead|kill(?:ing)? my ?self|end (?:it all|my life|it)|ending (?:it all|my life|it)"
    r"|take my (?:own )?life|taking my (?:own )?life|suicide|hurt(?:ing)? my ?self|harm(?:ing)? my ?self|cut(?:ting)? my ?self|overdose)\b",
    r"\b(?:kill|killing|hang|hanging|drown|harming|harm|hurt|hurting|cut|cutting) my ?self\b",
    r"\b(?:end|ending|take|taking) (?:it all|my (?:own )?life)\b",
    rf"\b{_I}\b.{{0,20}}\b(?:suicidal|better off dead|going to jump)\b",
    rf"\b{_I}\b.{{0,12}}\b{_NEGATED}\b.{{0,12}}\b(?:go on|carry on living|want to (?:live|be here|be alive|exist|wake up)|wanna (?:live|be here)|see (?:a|any) (?:way out|point in living))",
    rf"\b(?:can'?t|cannot|can not|don'?t think i can|do not think i can) (?:go on|go on like this|go on any ?more|do life|live like this|face another day)\b(?! (?:a |the |my |your |leave|visits?|holiday|that|to the|line|it |web|site|tuesday|wednesday|thursday|friday|saturday|sunday|monday))",
    r"\b(?:no|any|without a) (?:point|reason) (?:in |to )?(?:living|live|being here|going on|carry(?:ing)? on|being alive)\b",
    r"\b(?:everyone|everybody|they|he|she|family|world) (?:would|will|wd|'?d) be better (?:off )?without me\b",
    r"\bnot (?:be here|wake up) (?:any ?more|tomorrow|in the morning)\b",
    rf"\b{_I}\b.{{0,15}}\b(?:taken|took|swallowed)\b.{{0,25}}\b(?:overdose|too many (?:pills|tablets)|all (?:my|the|his|her) (?:pills|tablets|meds|medication))\b",
    r"\bwish i (?:was|were) (?:dead|not here|never born)\b",
    r"\bwant (?:it|everything|the pain) to (?:all )?(?:end|stop) for good\b",
)

_OTHER = (
    rf"\b{_RELATIVE}\b.{{0,45}}\b(?:want(?:s|ed|ing)?|going|gonna|threaten(?:s|ed|ing)?|say(?:s|ing)?|said|tried|trying|try|plan(?:s|ning)?|talk(?:s|ing|ed)?|told me)\b.{{0,40}}"
    r"\b(?:to die|dying|be dead|kill(?:ing)? (?:him|her|them|it)? ?sel(?:f|ves)|end (?:it all|it|his life|her life|their life)|ending (?:it all|his life|her life|their life)"
    r"|take (?:his|her|their) (?:own )?life|suicide|suicidal|overdose|hang(?:ing)? (?:him|her|them) ?sel(?:f|ves)|jump off|hurt(?:ing)? (?:him|her|them) ?sel(?:f|ves)|harm(?:ing)? (?:him|her|them) ?sel(?:f|ves))\b",
    r"\b(?:kill|killing|hang|hanging|harming|hurting|cutting) (?:him|her|them) ?sel(?:f|ves)\b",
    rf"\b{_RELATIVE}\b.{{0,20}}\b(?:is|are|'?s|feels?|feeling|sounds?|seems?)\b.{{0,12}}\bsuicidal\b",
    rf"\b{_RELATIVE}\b.{{0,30}}\b(?:has|have|'?s|just|have just|has just) (?:taken|took|swallowed)\b.{{0,25}}\b(?:overdose|too many (?:pills|tablets)|all (?:his|her|their|the) (?:pills|tablets|meds))\b",
    rf"\b{_RELATIVE}\b.{{0,40}}\b(?:going to|gonna|threaten(?:s|ed|ing)? to|want(?:s)? to|say(?:s)? (?:he|she|they)(?:'?ll| will| is going to)?|said (?:he|she|they)(?:'?d| would)?)\b.{{0,15}}\b(?:kill|stab|murder|shoot|attack) (?:me|us|him|her|them|someone|somebody|people|my|the|his|her)\b",
    rf"\b{_RELATIVE}\b.{{0,25}}\b(?:has|have|'?s got|holding|got|with|waving)\b.{{0,10}}\b(?:a |the )?(?:knife|gun|weapon|machete|axe)\b",
    rf"\b{_I}\b.{{0,20}}\b(?:going to|gonna|want to|will|could)\b.{{0,12}}\b(?:kill|stab|murder|strangle) (?:him|her|them|someone|somebody|my (?:son|daughter|mum|dad|brother|sister|husband|wife|partner|ex))\b",
    r"\b(?:not|isn'?t|won'?t|stopped) (?:breathing|wake up|waking up)\b",
)

_ABUSE = (
    rf"\b{_RELATIVE}\b.{{0,30}}\b(?:hits?|hit|hitting|punch(?:es|ed|ing)?|beats?|beat|beating|kick(?:s|ed|ing)?|slap(?:s|ped)?|strangl(?:es|ed|ing)|chok(?:es|ed|ing)|attack(?:s|ed|ing)?|rap(?:es|ed|ing)|hurts?|hurting|abus(?:es|ed|ing)) (?:me|us|my (?:mum|mam|dad|kids|children|child|sister|brother|baby|daughter|son))\b(?! feelings)",
    rf"\b{_RELATIVE}\b.{{0,30}}\b(?:threaten(?:s|ed|ing)?|scares?|frightens?) (?:me|us)\b.{{0,40}}\b(?:at home|in the house|every (?:day|night)|when (?:he|she|they) (?:comes?|gets?|is|are) (?:home|back|drunk))\b",
    rf"\b(?:scared|afraid|frightened|terrified) of (?:my (?:husband|wife|partner|boyfriend|girlfriend|son|daughter|dad|father|mum|ex|brother))\b.{{0,60}}\b(?:home|house|hurt|hit|violent|tonight|back)\b",
    r"\b(?:not|never|don'?t feel|do not feel|isn'?t|unsafe) ?(?:safe)? (?:in my own home|at home|in the house)\b",
    r"\bi'?m (?:being|getting) (?:abused|beaten|hit|hurt)\b",
    r"\bdomestic (?:violence|abuse)\b.{0,40}\b(?:help|now|me|happening|again)\b",
    r"\b(?:won'?t|will not|doesn'?t|does not) (?:let|allow) me (?:leave|out of) the house\b",
)

_CHECKS = (
    (Danger.SELF, [re.compile(pattern) for pattern in _SELF]),
    (Danger.ABUSE, [re.compile(pattern) for pattern in _ABUSE]),
    (Danger.OTHER, [re.compile(pattern) for pattern in _OTHER]),
)

_HARMLESS = re.compile(
    r"\b(?:kill(?:s|ing)? (?:me|time|two birds)|could kill for|dying to (?:know|see|meet|hear)|dying for a|to die for|killing me|suicide (?:bereavement|awareness)"
    r"|afraid of being hit with|the death of)\b"
)


def find_danger(text: str) -> Danger | None:
    """Return the kind of danger a message speaks of, or None. Danger to the carer comes first, then abuse, then others."""
    plain = " ".join(text.casefold().replace("’", "'").replace("`", "'").split())
    plain = _HARMLESS.sub(" ", plain)
    for danger, patterns in _CHECKS:
        if any(pattern.search(plain) for pattern in patterns):
            return danger
    return None
