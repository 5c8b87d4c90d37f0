"""The words that the lists of danger share: who is spoken of, what may be in between, and what is done with what.

``ONE``, ``THEY`` and every ``gap`` end in a space of their own, so what follows them in a phrase stands right behind them.
"""


def any_of(*phrases: str) -> str:
    """Any one of the phrases."""
    return f"(?:{'|'.join(phrases)})"


def gap(most: int, without: str = "") -> str:
    """Up to so many words in between, none of them a denial, an "if" or one of ``without``."""
    barred = "not|never|no|nobody|if|without" + (f"|{without}" if without else "")
    return rf"(?:(?!(?:{barred}) )[a-z0-9,]{{1,20}} ){{0,{most}}}"


# --- Who ---------------------------------------------------------------------------------------------------------------

FAMILY = "|".join(
    (
        "(?:step)?(?:son|daughter|mum|mam|mom|mummy|mammy|mother|dad|da|daddy|father|brother|sister)",
        "parents|husband|wife|missus|partner|boyfriend|girlfriend|fiance|fiancee|ex|friend|mate|pal",
        "child|kid|boy|girl|lad|lass|laddie|lassie|bairn|wean",
        "relative|uncle|aunt|auntie|aunty|nephew|niece|cousin|grandson|granddaughter",
        "grandad|grandpa|grandma|gran|granny|nan|nana|twin|loved one",
    )
)
HOUSEHOLD = rf"{FAMILY}|baby|babies|kids|children|weans|bairns|family|dog|cat"
PEOPLE = rf"{HOUSEHOLD}|neighbours?|nurses?|doctors?|staff|psychiatrist|police|man|woman"

# Whoever the carer speaks of. Never staff or other patients: those are concerns about a ward, which have answers of their own.
ONE = rf"\b(?:he|she|(?:{FAMILY})s?)\b "
THEY = rf"\b(?:he|she|they|(?:{FAMILY})s?)\b "

# Whoever must not come in between, because the danger would then be somebody else's doing.
STAFF = "staff|nurse|nurses|doctor|doctors|they|people|someone|somebody|patient|patients|another|other|others|neighbours"
OTHERS = f"i|me|{STAFF}"
NOT_ME = "he|she|they|him|her|them|his|their|my|our|who|you|was|were|used|worried|worry|scared of him|afraid of him"
FAR = gap(5, OTHERS)

# Whom it is done to.
HOME_VICTIM = rf"(?:me|us|(?:my|our|the|his|her) (?:own |little |wee |baby |big )?(?:{HOUSEHOLD})|mum|mam|mummy|dad|daddy)\b"
SOMEBODY = (
    r"(?:me|us|him|her|them|someone|somebody|anyone|people|everyone|you"
    rf"|(?:my|our|the|his|her|a|another) (?:own )?(?:{PEOPLE}))\b"
)
THEMSELF = "(?:himself|herself|themselves)"

# --- With what, and where ----------------------------------------------------------------------------------------------

TABLETS = "(?:tablets|pills|meds|medication|medicine|paracetamol|ibuprofen|aspirin|insulin|antidepressants|painkillers|sleepers)"
TOO_MUCH = any_of(
    "too many",
    "too much",
    "all (?:of )?(?:my|his|her|their|the)",
    "loads of",
    "loads",
    "lots of",
    "a load of",
    "a lot of",
    "a whole",
    "the whole",
    "a full",
    "a box of",
    "a packet of",
    "a bunch of",
    "a handful of",
    "handfuls of",
    "a bottle of",
)
POISON = "(?:bleach|antifreeze|weedkiller|batteries|a battery|razor blades?)"
WEAPON = "(?:knife|knives|gun|shotgun|machete|axe|blade|weapon|sword|crossbow|razor blade)"
HIGH_PLACE = "(?:roof|bridge|ledge|window ledge|tracks|train tracks|railway|cliff|edge of (?:the|a) [a-z]{3,10})"

# --- What is done or said ----------------------------------------------------------------------------------------------

KILL = any_of(
    "kill|killing|hang|hanging|drown|drowning|shoot|shooting|top|topping",
    "strangle|strangling|suffocate|suffocating|electrocute|gas|gassing",
)
HARM = "(?:hurt|hurting|harm|harming|cut|cutting|burn|burning|starve|starving|stab|stabbing|poison|poisoning)"
SAYING = any_of(
    "says?|said|saying|thinks?|feels?|feeling|told|telling|texted|texting|messaged|messages|rang|phoned",
    "sees?|talks?|talking|keeps? on|posted|wrote|shouting|screaming|believes?|whispered",
)

# The thought ends here, or goes on in a way that leaves it as it is: "go on." and "go on like this", never "go on Tuesday".
_GOES_ON = any_of(
    "anymore|much longer|like this|at all|and|but|because|since|now|living|with life",
    "without (?:him|her|them|my)",
    "i",
)
END = rf"(?= (?:[.,]|{_GOES_ON}\b))"

# Despair without a word of whose it is.
DESPAIR = any_of(
    (
        r"(?:no|any|the|a) (?:point|reason|sense|purpose) (?:in |of |to |for )?(?:carry on |carrying on |go on |keep on |keep )?"
        r"(?:living|live|being alive|existing)\b(?! (?:with|in|near|at|here|there|together|apart)\b)"
    ),
    rf"(?:point|reason|sense) (?:in|of|to) (?:going on|go on|carrying on|carry on){END}",
    r"(?:not|no longer|never|hardly|isnt) worth living",
    r"nothing (?:left )?(?:for me |for him |for her )?(?:left )?to live for",
    r"better off dead",
    r"(?:end|ending) it all\b(?! with)",
    r"(?:had enough|tired|sick) of (?:life|living|being alive)\b(?! (?:in|at|with|on|like|out|under|so)\b)",
    rf"(?:not|no|cannot|never|any) (?:see )?(?:a |any )?way out{END}",
    r"(?:done with|give up on|giving up on|given up on|want out of) (?:this )?(?:life|living)\b(?! (?:in|at)\b)",
    r"not being (?:here|alive) anymore",
)
