"""One plain spelling for every way a carer may type the same words.

A frightened person types fast, in dialect, in text speak, with letters missing or s p a c e d out. The lists of danger stay short
and readable because each of them is written in this one spelling only.
"""

import re

# The plain words, each with the other ways they are typed.
_SPELLINGS = {
    # short forms; the apostrophes are already gone, so "can't" and "cant" are one
    "i am": "im",
    "i have": "ive",
    "i would": "id",
    "he is": "hes",
    "she is": "shes",
    "they are": "theyre",
    "it is": "its",
    "that is": "thats",
    "what is": "whats wats",
    "there is": "theres",
    "do not": "dont dinnae dinna doant dnt",
    "does not": "doesnt doesnae dosnt",
    "did not": "didnt didnae",
    "is not": "isnt isnae aint",
    "are not": "arent arenae",
    "was not": "wasnt wasnae",
    "cannot": "cant cannae canna cnt carnt",
    "will not": "wont wilnae willnae winna",
    "would not": "wouldnt wouldnae",
    "could not": "couldnt couldnae",
    "should not": "shouldnt",
    "has not": "hasnt hasnae",
    "have not": "havent havenae",
    # text speak and dialect
    "want to": "wanna wana wannae wantae wanty",
    "going to": "gonna gunna gona gna gonnae goanna",
    "trying to": "tryna tryin",
    "have to": "hafta",
    "you": "u ye yous",
    "your": "ur",
    "are": "r",
    "to": "tae 2",
    "do": "dae",
    "with": "wi",
    "would": "wud wld",
    "could": "cud cld",
    "should": "shud shld",
    "because": "cos coz cuz bc",
    "tonight": "2nite tonite 2night",
    "today": "2day",
    "people": "ppl",
    "everyone": "evry1 every1 everyboby evryone everybody",
    "dead": "deid",
    "home": "hame",
    "house": "hoose",
    "anymore": "anymor nomore",
    "kill": "kil kll unalive",
    "kills": "kils",
    "killing": "kiling killin unaliving unaliveing",
    "killed": "kiled unalived",
    "kill myself": "kms killmyself unalivemyself",
    "want to die": "wanttodie wannadie",
    "i want to die": "iwanttodie iwannadie",
    "end my life": "endmylife",
    "myself": "myslef meself mysel masel maself mysen myselfs",
    "himself": "himslef hisself hissel himsel himselfs hisel",
    "herself": "herslef hersel herselfs",
    "themselves": "themself themselfs themselve theirselves",
    "suicidal": "sucidal suicidle suisidal suicidel suicdal siucidal suicidial sucicidal suicical suidical",
    "suicide": "sucide suiside suicde suacide sewerslide siucide suicice",
    "overdose": "overdoes overdoze overdos od",
    "overdosed": "overdosd oded overdoesed overdozed",
    "tablets": "tabs tablits tablet tablest",
    "pills": "pils pill",
    "knife": "nife knive kinfe",
    "stabbed": "stabed",
    "threatening": "threatning threating threatenin",
    "threatened": "threatend",
    "breathing": "breathin brething breething breathng",
    "living": "livin",
    "dying": "dieing dyin diying",
    "hitting": "hittin hiting",
    "hurting": "hurtin",
    "beating": "beatin",
    "going": "goin",
    "friend": "freind",
    "husband": "hubby husbend",
    "boyfriend": "bf",
    "girlfriend": "gf",
    "disappear": "dissapear disapear dissappear",
    "without": "witout",
}
_RESPELL = {wrong: right for right, wrongs in _SPELLINGS.items() for wrong in wrongs.split()}

# Marks and runs of letters, in this order: an apostrophe has to be plain before the short forms are opened.
_PLAIN = (
    (re.compile(r"[‘’ʼ`´′]"), "'"),
    (re.compile(r"\bod ?'?d\b"), "overdosed"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'d\b"), " would"),
    (re.compile(r"'"), ""),
    (re.compile(r"\.{2,99}|…"), " "),  # trailing dots are a pause, not the end of a sentence
    (re.compile(r"\b(?:[a-z][ .*_-]){4,60}[a-z]\b"), lambda run: re.sub("[^a-z]", "", run.group())),  # "k i l l"
    (re.compile(r"([a-z])\1{2,99}"), r"\1"),  # "diiiie"
    (re.compile(r"[.!?;]"), " . "),
    (re.compile(r"[,\n:()]"), " , "),
    (re.compile(r"[^a-z0-9., ]"), " "),
)
# Phrases that are typed in several ways, once each word has its plain spelling.
_JOINED = (
    (re.compile(r"\b(my|him|her|them) (?:own )?(self|selves)\b"), r"\1\2"),
    (re.compile(r"\bcan not\b"), "cannot"),
    (re.compile(r"\b(?:any more|any longer|no more|nae mair)\b"), "anymore"),
    (re.compile(r"\bself ?harm"), "self harm"),
    (re.compile(r"\bam no\b"), "am not"),
    (re.compile(r"\bhave took\b"), "have taken"),
    # unwell: else its "not" would seem to deny what follows
    (re.compile(r"\bnot (?:been |very |feeling |doing ){0,2}(?:well|right|good|ok|himself|herself|eating|sleeping)\b"), "unwell"),
)


def plain(text: str) -> str:
    """Return the text in one plain spelling: words, commas and full stops, each between single spaces."""
    text = text.casefold()
    for pattern, replacement in _PLAIN:
        text = pattern.sub(replacement, text)
    text = " ".join(_RESPELL.get(word, word) for word in text.split())
    for pattern, replacement in _JOINED:
        text = pattern.sub(replacement, text)
    return f". {text} ."
