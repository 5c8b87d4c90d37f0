"""A first check for danger, before anything else reads a carer's message.

Fixed phrases, so that it works when everything else is down and anyone can read what it catches. The text is first brought to
one plain spelling; then ordinary phrases that only sound like danger are taken out; then the phrases of danger are looked for.

Three rules kept:
- What is happening or may happen is found; what is told as the past ("before he was sectioned") is not, unless it was just now.
- A question about what staff would do or say is ordinary; the carer's own thoughts never are, however they are asked.
- Every repeat is bounded, so the work grows only in step with the length of the message.
"""

import re
from collections.abc import Iterable
from enum import Enum


class Danger(str, Enum):
    """What kind of danger a message speaks of."""

    SELF = "self"
    OTHER = "other"
    ABUSE = "abuse"


# --- One plain spelling ------------------------------------------------------------------------------------------------

_SPELLINGS = {
    # short forms; apostrophes are already gone, so "can't" and "cant" are one
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


def _plain(text: str) -> str:
    """Return the text in one plain spelling: words, commas and full stops, each between single spaces."""
    text = text.casefold()
    for pattern, plain in _PLAIN:
        text = pattern.sub(plain, text)
    text = " ".join(_RESPELL.get(word, word) for word in text.split())
    for pattern, plain in _JOINED:
        text = pattern.sub(plain, text)
    return f". {text} ."


# --- Small lists -------------------------------------------------------------------------------------------------------


def _any(*phrases: str) -> str:
    return f"(?:{'|'.join(phrases)})"


def _gap(most: int, without: str = "") -> str:
    """Up to so many words in between, none of them a denial, an "if" or one of ``without``."""
    barred = "not|never|no|nobody|if|without" + (f"|{without}" if without else "")
    return rf"(?:(?!(?:{barred}) )[a-z0-9,]{{1,20}} ){{0,{most}}}"


_FAMILY = (
    "(?:step)?(?:son|daughter|mum|mam|mom|mummy|mammy|mother|dad|da|daddy|father|brother|sister)|parents|husband|wife|missus"
    "|partner"
    r"|boyfriend|girlfriend|fiance|fiancee|ex|friend|mate|pal|child|kid|boy|girl|lad|lass|laddie|lassie|bairn|wean|relative|uncle"
    r"|aunt|auntie|aunty|nephew|niece|cousin|grandson|granddaughter|grandad|grandpa|grandma|gran|granny|nan|nana|twin|loved one"
)
_HOUSEHOLD = rf"{_FAMILY}|baby|babies|kids|children|weans|bairns|family|dog|cat"
_PEOPLE = rf"{_HOUSEHOLD}|neighbours?|nurses?|doctors?|staff|psychiatrist|police|man|woman"
# Whoever the carer speaks of. Never staff or other patients: those are concerns about a ward, which have answers of their own.
_ONE = rf"\b(?:he|she|(?:{_FAMILY})s?)\b "
_THEY = rf"\b(?:he|she|they|(?:{_FAMILY})s?)\b "
_STAFF = "staff|nurse|nurses|doctor|doctors|they|people|someone|somebody|patient|patients|another|other|others|neighbours"
_OTHERS = f"i|me|{_STAFF}"
_NOT_ME = "he|she|they|him|her|them|his|their|my|our|who|you|was|were|used|worried|worry|scared of him|afraid of him"

_HOME_VICTIM = rf"(?:me|us|(?:my|our|the|his|her) (?:own |little |wee |baby |big )?(?:{_HOUSEHOLD})|mum|mam|mummy|dad|daddy)\b"
_SOMEBODY = (
    "(?:me|us|him|her|them|someone|somebody|anyone|people|everyone|you"
    rf"|(?:my|our|the|his|her|a|another) (?:own )?(?:{_PEOPLE}))\b"
)
_THEMSELF = "(?:himself|herself|themselves)"
_TABLETS = "(?:tablets|pills|meds|medication|medicine|paracetamol|ibuprofen|aspirin|insulin|antidepressants|painkillers|sleepers)"
_TOO_MUCH = (
    "(?:too many|too much|all (?:of )?(?:my|his|her|their|the)|loads of|loads|lots of|a load of|a lot of|a whole|the whole|a "
    "full|a box of"
    "|a packet of|a bunch of|a handful of|handfuls of|a bottle of)"
)
_POISON = "(?:bleach|antifreeze|weedkiller|batteries|a battery|razor blades?)"
_WEAPON = "(?:knife|knives|gun|shotgun|machete|axe|blade|weapon|sword|crossbow|razor blade)"
_HIGH_PLACE = "(?:roof|bridge|ledge|window ledge|tracks|train tracks|railway|cliff|edge of (?:the|a) [a-z]{3,10})"

_KILL = (
    "(?:kill|killing|hang|hanging|drown|drowning|shoot|shooting|top|topping|strangle|strangling|suffocate|suffocating"
    "|electrocute|gas|gassing)"
)
_HARM = "(?:hurt|hurting|harm|harming|cut|cutting|burn|burning|starve|starving|stab|stabbing|poison|poisoning)"

# The thought ends here, or goes on in a way that leaves it as it is: "go on." and "go on like this", never "go on Tuesday".
_END = (
    r"(?= (?:[.,]|(?:anymore|much longer|like this|at all|and|but|because|since|now|living|with life"
    r"|without (?:him|her|them|my)|i)\b))"
)

# Despair without a word of whose it is.
_DESPAIR = _any(
    r"(?:no|any|the|a) (?:point|reason|sense|purpose) (?:in |of |to |for )?(?:carry on |carrying on |go on |keep on |keep )?"
    r"(?:living|live|being alive|existing)\b(?! (?:with|in|near|at|here|there|together|apart)\b)",
    r"(?:point|reason|sense) (?:in|of|to) (?:going on|go on|carrying on|carry on)" + _END,
    r"(?:not|no longer|never|hardly|isnt) worth living",
    r"nothing (?:left )?(?:for me |for him |for her )?(?:left )?to live for",
    r"better off dead",
    r"(?:end|ending) it all\b(?! with)",
    r"(?:had enough|tired|sick) of (?:life|living|being alive)\b(?! (?:in|at|with|on|like|out|under|so)\b)",
    r"(?:not|no|cannot|never|any) (?:see )?(?:a |any )?way out" + _END,
    r"(?:done with|give up on|giving up on|given up on|want out of) (?:this )?(?:life|living)\b(?! (?:in|at)\b)",
    r"not being (?:here|alive) anymore",
)

# --- What only sounds like danger --------------------------------------------------------------------------------------

_CLAUSE = "(?:(?!(?:and|but) )[a-z0-9]{1,20} ){0,14}"
_TELL = "(?:tell|warn|ring|phone|call|inform|contact|notify|alert|let)"
_DOING = (
    "(?:suicidal|feeling suicidal|(?:kill|killing|hurt|hurting|harm|harming|cut|cutting) "
    "(?:myself|himself|herself|themselves|anyone|anybody))"
)
_ORDINARY = tuple(
    re.compile(pattern)
    for pattern in (
        # would staff tell me if he ... ; the carer's own "if I ..." stays
        rf"\b(?:will|would|do|does|should|must|can|could|may|to|no|even|be|being|get|they) "
        "(?:(?:the |a )?(?:staff|ward|team|hospital|unit|nurses?|doctors?|they|you|anyone|someone|somebody) )?(?:even |ever "
        f"|always |no ){{0,2}}{_TELL} "
        "(?:me|us|family|the family|families|relatives|carers|you|them)(?: know)? (?:straight away )?(?:if|when|whether|in "
        f"case) (?!i ){_CLAUSE}",
        r"\b(?:be|being|been|get|getting|got) (?:told|warned|informed|rung|phoned|called|contacted) (?:if|when|whether) "
        f"(?!i ){_CLAUSE}",
        rf"\b(?:if|when) (?!i ){_CLAUSE}(?:, )?(?:would|will|do|does|should|must|can) (?:they|staff|the ward|the staff|the "
        "hospital|anyone) "
        rf"(?:have to |need to |get |be ){{0,2}}(?:{_TELL}|told|informed|rung|warned)\b",
        # what happens, what do staff do, if he ...
        r"\bwhat (?:will |would |does |do )?(?:happens?|(?:the )?(?:staff|they|nurses|ward|hospital) do) (?:to (?:him"
        f"|her) )?(?:if|when) (?!i ){_CLAUSE}",
        # a professional's question, told again
        r"\b(?:nurses?|doctors?|dr|gp|psychiatrist|consultant|worker|staff|they|form|questionnaire|police|team|counsellor"
        "|lady|everyone|people|was|got"
        "|been|being|be) (?:has |have |had |just |even |always |also |keeps? ){0,2}(?:ask|asks|asked|asking) (?:me |him |her "
        "|us |them |my [a-z]{2,12} )?"
        rf"(?:if|whether|about|am i|are you|do i|do you) {_CLAUSE}",
        rf"\basked (?:me |him |her )?(?:if|whether) {_CLAUSE}(?:, )?(?:and|but) (?:i|he|she) said no\b",
        r"\bdid (?:he|she|they|[a-z]{2,12}|my [a-z]{2,12}) (?:really )?(?:try|attempt|want|mean) to [a-z]{2,12} [a-z]{2,12}",
        # a question about the relative's state
        r"\b(?:is|are|was) (?:he|she|they|my [a-z]{2,12}) (?:really |still |actually )?(?:suicidal|(?:having|thinking) "
        r"[a-z]{2,8} of suicide)\b",
        # a denial
        r"\b(?:not|never|no longer|nobody is) (?:actually |really |ever |at all |saying i am |going to |planning to |trying "
        f"to |being ){{0,2}}{_DOING}",
        rf"(?<!promise i )(?<!promise )\b(?:will|would|could) (?:not|never) (?:ever |actually |really )?{_DOING}",
        r"\bdo(?:es)? not (?:actually |really )?want to (?:die|kill (?:myself|himself|herself)|(?:hurt|harm) (?:myself"
        r"|himself|herself)|end (?:my|his|her) life)\b",
        r"\b(?:no|not any) (?:plans?|intention|thoughts?) (?:to|of) (?:end|ending|kill|killing|harm|harming) (?:my life|his "
        "life|her life|myself|himself|herself)",
        r"\b(?:denies|denied) (?:being |feeling |that (?:he|she) (?:is|was) )?(?:suicidal|suicide|wanting to die)\b",
        # the carer's own past
        r"\b(?:tried|attempted|used|wanted) to (?:kill|hurt|harm|cut|hang|drown) myself (?:[a-z]{1,12} ){0,4}(?:years ago|in "
        r"(?:19|20)\d\d|as a [a-z]{2,10}|when i was)",
        r"\bused to (?:self harm|cut myself|hurt myself|harm myself)\b",
        # figures of speech
        r"\b(?:is|are|was|be) (?:just |absolutely |really )?killing (?:me|us|him|her|my [a-z]{2,12})\b",
        r"\b(?:could|would|to) (?:kill|murder) (?:for )?(?:a|an|some|my bed|that|the time|time)\b(?! (?:man|woman|nurse"
        r"|doctor|patient|child|baby)\b)",
        r"\bdying (?:to (?!get out of this life)[a-z]{2,12}|for a|of (?:embarrassment|boredom|thirst|cold))\b",
        r"\b(?:to die for|kill time|killing time|kills me to|killed me to|die of (?:shame|embarrassment)|(?:bored|worried"
        r"|scared|sick) to death)\b",
        r"\b(?:kill|killing|killed) myself (?:laughing|to get|trying to get|with work|working|doing|at work|over)\b",
        r"\b(?:cut|cutting) (?:myself|himself|herself|themselves) (?:off|some slack|out|down|shaving)\b",
        r"\b(?:hurt|hurting|cut|burn|burnt) (?:myself|himself|herself) (?:lifting|on the|falling|moving|playing|at|doing"
        r"|cooking|by accident|shaving|with things)\b",
        r"\b(?:beat|beats|beating|beaten) (?:me|us|him|her|mum|dad|my [a-z]{2,12}) (?:to|at)\b",
        r"\b(?:hit|hits) (?:me|us|him|her|mum|dad|my [a-z]{2,12}) (?:hard|badly|like a|that|when i realised|for six|with the "
        r"news)\b",
        # illness and death that are no violence, words of policy, meals
        r"\bsuicide (?:watch|prevention|awareness|bereavement|risk|risks|group|training|policy|course|attempt|rates?|helpline"
        r"|leaflet)\b",
        r"\b(?:knife|gun|weapon|blade) (?:crime|offence|charge|conviction|and fork|arch|amnesty|skills)\b",
        r"\b(?:plastic|butter|bread|cake) knife\b",
        r"\bsafety plan\b",
    )
)

# Told as the past. In a sentence with one of these, the phrases marked as events do not count ...
_PAST = re.compile(
    r"\b(?:years? ago|months? ago|weeks? ago|last (?:year|month|time|summer|christmas)|in (?:19|20)\d\d|long ago|used to|in "
    "the past|back then|back in"
    "|before (?:he|she|they|hospital|admission|being|going|this|the|coming|my|i)|when (?:he|she|they|i|we) (?:was|were|first"
    "|got|became|had)"
    "|as a (?:child|kid|teenager)|(?:the|that) (?:day|night|week|time) (?:he|she|they|i)|offence|convicted|arrested|charged"
    "|sentenced"
    "|(?:after|since|because|why) (?:he|she|they|(?:my )?[a-z]{2,15}) (?:tried|attempted|took|hit|attacked|stabbed|hurt)"
    "|(?:after|following) (?:an|his|her) overdose"
    "|(?:is|are|was|been|got|put|now) (?:back )?in (?:a |the |an )?(?:secure|locked|hospital|prison|unit|ward|medium|low"
    "|high|broadmoor|rampton|ashworth"
    "|carstairs|intensive|icu|a and e|recovery)|sectioned|admitted|detained|ended up|went into|how (?:he|she) (?:came|got"
    r"|ended)|police came|victim)\b"
)
# ... unless the same sentence says that it was just now.
_JUST_NOW = re.compile(
    r"\b(?:today|tonight|last night|yesterday|this (?:morning|afternoon|evening)|just now|right now|(?:minutes?|mins?|hours?) "
    "ago|half an hour ago"
    r"|(?:has|have|is) just|now (?:he|she|they) (?:has|have|hit|took|tried|is))\b"
)

# --- Danger to the carer -----------------------------------------------------------------------------------------------

_me = _gap(3, _NOT_ME)
_MEANING_TO = (
    "(?:want|wanting|wish|need|hope|going|ready|about|plan|planning|thinking|think|thought|thoughts|thinks|tempted|feel like"
    "|feeling like|rather|considering"
    "|contemplating|urge|might|may|will|scared i will|ideas)"
)
_ABOUT_TO = (
    "(?:want to|wanting to|going to|need to|urge to|tempted to|ready to|plan to|about|of|feel like|feeling like"
    "|might|may|will|would|could|like)"
)

_SELF_WHATEVER_WAS_ASKED = (
    # a professional asked, and the carer owns to the answer
    r"\bask(?:ed|s)? (?:[a-z]{1,20} ){1,10}(?:suicidal|suicide|myself|my life|die|live) (?:[a-z]{1,20} ){0,3}(?:, )?(?:and"
    r"|but) (?:the truth is )?i (?:lied|said yes|said i was|said i am|nodded|did not tell|could not say no|am|do)\b",
    # no promise to stay safe
    r"\b(?:cannot|not) promise (?:that )?i will not (?:do|hurt|kill|harm|end)\b",
)
_SELF_OWN = (
    # kill myself, hang myself, top myself
    rf"\b{_KILL} myself\b",
    r"\b(?:do|doing) myself in\b",
    r"\b(?:if|when|wish|that) i (?:just |had )?(?:killed|hanged|drowned|topped) myself\b",
    # want to hurt myself, started cutting myself again
    rf"\b{_ABOUT_TO} (?:just |really )?{_HARM} myself\b",
    rf"\b(?:am|been|started|start|keep|stop|back to|again|by|with) (?:just )?{_HARM} myself\b",
    rf"\b{_HARM} myself (?:again|on purpose|to cope|every|because|most)\b",
    r"\bi (?:have |am |have been |am still |still |have started |started |keep |want to |need to |just ){1,3}self harm(?:ing"
    r"|ed)?\b",
    r"\b(?:been|started|keep) self harming because\b",
    r"\bi self harm\b",
    # end my life, take my own life
    r"\b(?:end|ending|ended|take|taking) my (?:own )?life\b(?! (?:savings|story|as|back|in|into|seriously)\b)",
    # I want to end it; not "end it with him"
    rf"\bi {_me}{_MEANING_TO} {_gap(3, _NOT_ME)}(?:end|ending) (?:it|things|everything)\b(?! (?:all )?(?:with|between|off"
    r"|amicably|properly|here)\b)",
    r"\bready to end it\b(?! with)",
    # I want to die, wish I was dead
    rf"(?:\bi|\bjust|\band|\bso|\bbut|[.,]) {_me}{_MEANING_TO} {_gap(2, _NOT_ME)}(?:to die|die|dying|be dead|was dead|were "
    r"dead|could die)\b(?! (?:of|from|down)\b)",
    r"\bwish i (?:was|were|had) (?:dead|gone|not here|not alive|never (?:been )?born|no longer here)\b",
    r"\b(?:i would|if i was|if i were|me) (?:be )?(?:better off )?dead\b(?! (?:on|tired|against))",
    r"\b(?:wish|hope|pray|rather|want) (?:[a-z]{1,20} ){0,8}(?:not|never) wake up\b(?! (?:to|at|him|her|early|late|before|so)\b)",
    # I feel suicidal, I think of suicide
    rf"\bi {_me}(?:am|feel|feeling|been|get|getting|keep|become|becoming|really|so) {_gap(2, _NOT_ME)}suicidal\b",
    r"(?:[.,]|\bam|\band) (?:so |really |very |feeling |feel )suicidal\b",
    rf"(?:\bi|[.,]) {_me}(?:thinking|think|thought|thoughts|considering|contemplating|planning|having"
    rf"|plan) {_gap(3, _NOT_ME)}(?:suicide|suicidal)\b",
    # I do not want to live, be here any more, wake up
    r"(?<!they )(?<!we )\b(?:do not|no longer|am not|would rather not) (?:really |even |just |actually ){0,2}(?:want to"
    "|wanting to|wish to) "
    r"(?:live(?! with| in| near)|be alive|exist|go on|carry on|keep going|wake up(?! to))" + _END,
    r"(?<!they )(?<!we )\b(?:do not|no longer|am not) (?:really |even |just ){0,2}(?:want to|wanting to) be (?:here|around|on "
    r"this (?:earth|planet))(?= (?:[.,]|(?:anymore|at all|but)\b))",
    r"(?<!they )(?<!we )\b(?:do not|no longer|am not) (?:really |even |just ){0,2}(?:want to|wanting to) be (?:here"
    "|around)(?= [.,])",
    # I cannot go on, I do not think I can go on; not "this cannot go on", not "go on Tuesday"
    r"(?:\bi|\ba|\bjust|\breally|\band|\bso|\bbut|\bhonestly|[.,]) (?:just |really |honestly |simply )?cannot (?:just "
    "|even |really )?"
    r"(?:go on|carry on|keep going|keep living|live like this|live|do life|face (?:another|one more) day|face living)" + _END,
    r"\b(?:not|if|how|whether|longer|doubt) (?:[a-z]{1,20} ){0,4}i (?:can|could|will) "
    r"(?:go on|carry on|keep going|live like this|face another day)" + _END,
    # I cannot do this any more and want it to be over
    r"\bcannot (?:do|take|cope with|stand|bear) (?:this|it|things|life)(?: anymore)? (?:[.,] |and |i |just |so ){0,4}want "
    r"(?:it|this|everything)(?: all)? to (?:be over|end|stop)\b",
    r"\bwant (?:it all|everything|my life|the pain|life) to (?:be over|end|stop)\b",
    # they would be better off without me, nobody would miss me
    r"\b(?:better|better off|happier|easier)(?: off)? (?:without me|if i (?:was|were|am) (?:dead|gone|not here|not around|not "
    "alive)|if i (?:died|disappeared|killed myself|did not exist))"
    r"\b(?! (?:as|at|in|there|visiting|interfering|being|on|with|to)\b)",
    r"\b(?:nobody|no one|noone|anyone|who) would (?:even )?(?:miss|notice|care|miss me)(?: me)? if i (?:was|were|died"
    r"|disappeared|killed|had)\b",
    rf"\bi {_me}want to (?:just )?disappear(?: forever| for good)?(?= (?:[.,]|and|but|forever|off))",
    # I have taken too many tablets now; the past is asked for below
    r"\bi (?:have |just |have just |am ){0,2}(?:taken|swallowed|necked|taking"
    rf"|swallowing) {_TOO_MUCH} {_gap(2)}{_TABLETS}\b(?! (?:to|in|with|up|back|home|from|away|off)\b)",
    rf"\bi (?:have )?(?:just )?(?:drunk|drank|swallowed) {_POISON}\b",
    r"\bi (?:am |want to |am going to |have |have just |might |will |feel like )(?:take an |taking an |taken "
    r"an )?(?:overdos(?:e|ed|ing))\b",
    # something stupid; not safe with myself
    r"\b(?:scared|afraid|frightened|worried|terrified) (?:of )?(?:what )?i (?:might|will|may|could|would|am going to) (?:do"
    "|do something)(?: (?:stupid|silly|bad))?"
    r"(?: to myself)?(?= [.,])",
    r"\bi (?:am |might |will |may |could |would |going to |feel like ){1,3}(?:do|doing) something (?:stupid|silly|bad|daft"
    r"|drastic)\b",
    r"\b(?:not safe|unsafe|danger|risk) (?:with|to|from|around) myself\b",
    # should be dead, want to sleep for ever, no future for me, nobody needs me alive
    r"\bi (?:should|deserve to|would rather|want to|hope i|might as well|may as well|could) (?:just )?(?:die|be dead)\b(?! "
    r"(?:of|from|before|first)\b)",
    r"\b(?:go to|fall) (?:sleep|asleep) (?:and not wake|and never wake|forever|for ever|for good)\b",
    r"\bnot (?:see|have|want|got) (?:a |any )?future (?:for me|for myself)\b|\bno future for me\b",
    r"\bnot (?:think|know if|sure if|sure) i (?:even |still )?want to (?:be alive|live|be here|exist|wake up)\b(?! (?:with|in"
    r"|near|when|at|to|for)\b)",
    r"\b(?:not|never) deserve to (?:live|be alive)\b",
    r"\b(?:wish|hope|want|if only) (?:a|the|some) (?:lorry|bus|car|train|truck) (?:would|will|to|could) (?:just )?(?:hit|run "
    r"over|kill|take) me\b",
    r"\bcannot (?:see|imagine) myself (?:being |living |still ){0,2}(?:here|alive|around)\b(?! (?:on|with|in|for|at|as)\b)",
    r"\b(?:tonight|today|tomorrow) is (?:the (?:night|day) i|(?:my|the) last (?:night|day))\b|\bdecided (?:that )?(?:tonight"
    r"|today) is the (?:night|day)\b",
    r"\bi want to be (?:with|in heaven with) (?:him|her|my [a-z]{2,12}) (?:in heaven|on the other side|again in heaven)\b",
    r"\b(?:looking|staring) at (?:my |the |a |all my )?(?:pile of |box of |bottle of )?(?:tablets|pills|rope|knife|razor"
    r"|bridge|train tracks|tracks)\b",
    rf"\bi (?:am )?(?:standing |sitting |up )?on (?:the|a) {_HIGH_PLACE}\b",
    r"\bi (?:have got|have|got|bought) (?:a |the |my )?(?:rope|noose)\b",
    r"\bi (?:know|have planned|have worked out|have decided|planned) (?:exactly )?(?:how|when|where) (?:i would|i will|i am "
    r"going to|to) (?:do it|die|end it)\b",
    # a plan: letters, saved tablets, ways and amounts
    r"\b(?:written|wrote|writing|write) (?:my|the|them|a|everyone)? ?(?:own )?(?:goodbye|suicide) (?:letters?|notes?)\b(?<!he "
    "wrote a suicide note)(?<!she wrote a suicide note)",
    rf"\bi {_me}(?:saving|saved|stockpiling|hoarding|storing) (?:up )?(?:all )?(?:my |his |her |the )?{_TABLETS}\b",
    rf"\bhow many {_gap(1)}{_TABLETS} {_gap(4)}(?:die|kill|overdose|dead|fatal)\b",
    r"\b(?:easiest|quickest|best|painless|quick|least painful|easy) ways? to (?:die|kill|end (?:it|my life))\b",
    # a bridge, a train, a car
    rf"\bi {_gap(8, _NOT_ME)}(?:jump|jumping|throw myself|throwing myself) (?:off|from|in front|under|out "
    rf"of) {_gap(2)}(?:bridge|building|roof|cliff|window|train|bus|car|lorry|it)\b",
    rf"\b(?:i|about|of) {_gap(10, _NOT_ME)}(?:drive|driving|crash|crashing|steer|steering|step|stepping|walk|walking) (?:my "
    "|the )?(?:car )?"
    f"(?:into|off|in front of|under) (?:a|the|oncoming|an) {_gap(1)}(?:tree|wall|lorry|bridge|river|sea|truck|barrier"
    r"|traffic|train|cliff|bus)\b",
)
_SELF_EVENTS = (
    # I took an overdose; I felt suicidal last night
    rf"\bi (?:just )?(?:took|swallowed|had) (?:an overdose|{_TOO_MUCH} {_gap(2)}{_TABLETS})\b(?! (?:to|in|with|up|back|home"
    r"|from|away|off)\b)",
    r"\bi (?:was|felt) (?:so |really |very |feeling ){0,2}suicidal\b",
    r"\bi (?:have )?overdosed\b",
    # I have cut my arms again
    r"\bi (?:have |have just |just |keep )?(?:been |started )?(?:cut|cutting|slashed|slit|burned|burnt|burning) my (?:arms"
    r"|wrists?|legs|thighs|skin|throat)\b",
)
_SELF_DESPAIR = (_DESPAIR,)

# --- The relative's own life -------------------------------------------------------------------------------------------

_far = _gap(5, _OTHERS)
_near = _gap(3, _OTHERS)
_SAYING = (
    "(?:says?|said|saying|thinks?|feels?|feeling|told|telling|texted|texting|messaged|messages|rang|phoned|sees?|talks?"
    "|talking|keeps? on|posted|wrote|shouting"
    "|screaming|believes?|whispered)"
)
_THEIR_LIFE = (
    # in the relative's own words: he said "I am going to kill myself"
    f"{_THEY}{_gap(2, _OTHERS)}{_SAYING} (?:me |us |to me |that |, |and said ){{0,3}}i {_gap(4)}(?:kill myself|die|end it"
    r"|end it all|end my life|hurt myself|be dead)\b",
    rf"{_THEY}{_gap(2, _OTHERS)}{_SAYING} (?:me |us |to me |that |, ){{0,3}}i (?:cannot go on|do not want to (?:live|be here))\b",
    r"\byou will never see me again\b",
    r"\b(?:his|her|their) last (?:night|day|hours) (?:on earth|alive|on this earth|here)\b",
    # despair: says life is not worth living, would be better off dead
    rf"{_THEY}{_gap(2, _STAFF)}{_SAYING} {_gap(6, 'i')}{_DESPAIR}",
    rf"{_THEY}(?:would |will |is |are |has |talks of |talking about |keeps ){{0,3}}{_gap(2, 'i')}{_DESPAIR}(?! (?:i|me)\b)",
    rf"{_THEY}{_gap(2, _STAFF)}(?:says?|said|told me|thinks?) {_gap(3, 'i')}better (?:off )?without (?:him|her|them)\b",
    # wants to die, wishes she was dead
    f"{_THEY}{_far}(?:wants?|wanting|wishes|wish|going|ready|rather|begging|hopes|asking|prays) {_gap(4, _OTHERS)}(?:to die"
    r"|die|be dead|was dead|were dead)\b(?! (?:of|from|at)\b)",
    rf"{_THEY}{_far}{_SAYING} {_gap(4, _OTHERS)}(?:wants? to die|wants? to be dead|going to die|will be dead)\b",
    # does not want to live, cannot go on
    rf"{_THEY}{_far}(?:not|no longer|never) (?:even |really )?wants? to "
    r"(?:live|be alive|exist|wake up|carry on|go on)" + _END,
    rf"{_THEY}{_far}(?:not|no longer) (?:even |really )?wants? to be (?:here|around) (?:anymore|at all)\b",
    rf"{_THEY}{_gap(2, _OTHERS)}{_SAYING} {_gap(2, _OTHERS)}cannot (?:go on|carry on|keep going)" + _END,
    # is suicidal; not "if he is suicidal", but "what do I do if he is suicidal"
    rf"(?<!if )(?<!when )(?<!whether )(?<!if my )(?<!when my )(?<!whether my ){_THEY}{_gap(3, f'was|were|{_OTHERS}')}suicidal\b",
    rf"\bwhat (?:do|should|can) (?:i|we) do (?:if|when) {_gap(3)}is {_gap(2)}suicidal\b",
    rf"\bsuicidal (?:{_FAMILY})\b",
    # thinking of suicide
    f"{_THEY}{_far}(?:thinking|talking|talks|thinks|thoughts|planning|threatening|threatens|contemplating"
    rf"|considering) {_gap(2)}suicide\b",
    # kill himself, hang herself, end his life; an attempt that is told as an event comes below
    rf"(?<!tried to )(?<!attempted to )\b{_KILL} {_THEMSELF}\b",
    rf"\b(?:do|doing) {_THEMSELF} in\b",
    rf"\b(?:finish|finishing) {_THEMSELF}(?: off)?\b",
    rf"\bsomething (?:stupid|silly|bad|daft|drastic) to {_THEMSELF}\b",
    rf"{_THEY}{_far}(?:talking|talks|keeps on|going on) about (?:dying|death|wanting to die|being dead)\b",
    r"(?<!tried to )(?<!attempted to )\b(?:end|ending|take|taking) (?:his|her|their) (?:own )?(?:life|lives)\b(?! (?:savings"
    r"|story|as|back|in|into|seriously|one)\b)",
    f"{_THEY}{_far}(?:going|wants?|says?|said|threatening|threatens|threatened|plans?|planning|ready|talks?|talking|thinking"
    f"|about) {_gap(4, _OTHERS)}"
    r"(?:end|ending) (?:it|things|everything)\b(?! (?:all )?(?:with|between|off)\b)",
    # is hurting herself now, wants to harm himself
    f"{_THEY}{_far}(?:is|are|been|keeps?|started|starts|wants? to|going to|will|might|may|says?|said|threatening to"
    "|threatens to|tries to|trying to|about to|thoughts of"
    rf"|thinking of|urges to) {_gap(2, _OTHERS)}{_HARM} {_THEMSELF}\b",
    rf"{_THEY}{_gap(2, _OTHERS)}(?:is|are|been|keeps?|started|still) {_gap(1)}self harm(?:ing)?\b",
    # has taken all her tablets, has overdosed; not "off her", not "as she should"
    rf"(?:{_THEY}|\band )(?:has |have |is |just |gone and |went and ){{1,3}}(?:taken|took|swallowed|necked|eaten) "
    rf"{_TOO_MUCH} {_gap(2)}{_TABLETS}\b"
    r"(?! (?:off|away|from|to|back|with|as|like|properly|this week|every|on time|home|in|out|so|today so|today like|without)\b)",
    rf"(?:{_THEY}|\band )(?:has |have |is |just ){{1,3}}"
    r"(?:overdosed|(?:taken|took|taking) (?:an|another|a big|a massive) overdose)\b"
    r"(?! (?:before|in the past|twice|three|a few|several|last|years|when)\b)",
    # threatens or has planned an overdose; is saving tablets
    rf"{_THEY}{_far}(?:going to|threatening to|threatens to|wants? to|will|about to|says?) {_gap(3, _OTHERS)}overdose\b",
    rf"{_THEY}{_near}(?:saving up|stockpiling|hoarding|saved up) {_gap(2)}{_TABLETS}\b",
    r"\b(?:googling|looking up|searching|searched|looked up|researching) (?:for |up )?(?:ways|how) to (?:die|kill|end|hang)\b",
    # about to jump, standing on the bridge
    f"{_THEY}{_far}(?:going to|will|wants? to|threatening to|threatens to|about to|trying to) {_gap(1)}(?:jump"
    f"|throw {_THEMSELF})(?= (?:[.,]|off|from|in front|out|under|if|and))",
    rf"{_THEY}(?:is |are |has |climbed |standing |sitting |up |out |gone ){{1,4}}(?:on|onto|off) (?:the|a) {_HIGH_PLACE}\b",
    r"\b(?:rope|belt|cord|ligature|noose|sheet|scarf|something|anything|wire|lace|cable) (?:tied |tight |wrapped )?(?:round"
    r"|around) (?:his|her|their|the) neck\b",
    # wants help to die
    r"\b(?:help|let) (?:him|her|them) (?:to )?(?:die|end (?:it|his|her|their))\b",
    rf"\blocked {_THEMSELF} in {_gap(8)}(?:razor|knife|blade|rope|belt|tablets|pills|not answer|not answering)\b",
    rf"\blocked {_THEMSELF} in (?:[a-z]{{1,20}} ){{0,4}}(?:is|will) not (?:answer|answering|speaking|coming out)\b",
)
_THEIR_LIFE_EVENTS = (
    # tried to kill himself, nearly killed herself
    f"{_THEY}{_gap(4, _OTHERS)}(?:tried|attempted) (?:to|and) (?:{_KILL} {_THEMSELF}|(?:end|take) (?:his|her|their) "
    r"(?:own )?life|jump|die|hang|overdose)\b",
    rf"{_THEY}{_gap(2, _OTHERS)}(?:nearly|almost) killed {_THEMSELF}\b",
    # took all her tablets, took an overdose, drank bleach
    f"{_THEY}(?:has |have |is |just |gone and |went and ){{0,3}}(?:taken|took|swallowed|necked"
    rf"|eaten) {_TOO_MUCH} {_gap(2)}{_TABLETS}\b"
    "(?! (?:off|away|from|to|back|with|as|like|properly|this week|every|on time|home|in|out|so|today so|today like|without "
    r"a)\b)",
    rf"{_THEY}(?:has |have |is |just ){{0,3}}(?:taken|took|had|taking) (?:an|another|a big|a massive) overdose\b",
    rf"{_THEY}(?:has |have |is |just |might have ){{0,3}}overdosed\b",
    f"{_THEY}(?:has |have |is |just ){{0,3}}(?:swallowed|drunk|drank|drinking) (?:a |some |the |whole |loads of |lots of "
    rf"|bottle of |glass of ){{0,3}}{_POISON}\b",
    rf"{_THEY}(?:has |have |is |just ){{0,3}}(?:injected|taken) (?:all|too much) (?:of )?(?:his|her|their|the) insulin\b",
    rf"{_THEY}(?:has |have |just ){{1,3}}self harmed\b",
    r"\bfound (?:him|her|them|my [a-z]{2,12}) (?:hanging|unresponsive|unconscious|collapsed|not breathing)\b",
    f"{_THEY}(?:has |have |is |just |gone |went |left |out |off |the house ){{1,6}}with (?:a|the|his|her) (?:rope|belt|noose"
    r"|razor)\b",
    # a note, a goodbye
    r"\bsuicide note\b",
    r"\b(?:texting|texted|messaged|messaging|sent|sending) (?:me|us|everyone) (?:a )?(?:goodbye|bye)\b",
    r"\bgoodbye (?:texts?|messages?|notes?|letters?|video|voicemail)\b",
    rf"{_THEY}{_gap(2)}(?:rang|phoned|called|texted|messaged|ringing|phoning) {_gap(2)}to say (?:goodbye|bye)\b(?! (?:before"
    r"|until|till)\b)",
    r"\b(?:cut|cuts|cutting|slit|slashed|slashing|burning|carving) (?:into )?(?:up )?(?:his|her|their) (?:own )?(?:wrists?"
    r"|throat|arms|legs|thighs|skin)\b",
)

# --- Abuse at home -----------------------------------------------------------------------------------------------------

_hand = _gap(2, f"said|says|it|what|that|{_OTHERS}")
_HITS = (
    "(?:hits|punches|kicks|slaps|beats|chokes|strangles|burns|bites|batters|hurts|attacks|abuses|rapes"
    "|molests|throws (?:things|stuff|plates) at|spits (?:at|on)|belts)"
)
_HITTING = (
    "(?:hitting|punching|kicking|slapping|beating|choking|strangling|hurting|attacking|abusing|raping|touching"
    "|biting|battering|molesting|burning)"
)
_HIT = (
    "(?:hit|punched|kicked|slapped|beat|strangled|choked|burned|burnt|bit|battered|attacked|raped"
    "|assaulted|hurt|headbutted|throttled)"
)
_FEARED = rf"(?:own )?(?:{_FAMILY})"
_FEAR = "(?:scared|afraid|frightened|terrified|petrified|feart)"
_ABUSE_NOW = (
    # he hits me, dad hits us, her boyfriend hits her
    rf"{_THEY}{_hand}{_HITS} (?:{_HOME_VICTIM}|her\b|him\b)(?! feelings)",
    rf"\b(?:and|then|but|who|also) {_HITS} {_HOME_VICTIM}",
    rf"{_THEY}{_gap(1, _OTHERS)}(?:hit|beat|hurt|kick|punch|slap) (?:me|us) (?:when|every|all|most|if|whenever)\b(?! (?:he"
    "|she|they|i|we) (?:was|were|had))",
    # is hitting my mum, is beating me up
    f"(?<!has )(?<!is )(?<!have ){_ONE}{_hand}(?:is|are|been|keeps?|started|starts|still) {_gap(1, _STAFF)}{_HITTING} "
    rf"(?:{_HOME_VICTIM}|her\b|him\b)(?! (?:out|off|back)\b)",
    r"\b(?:he|she) (?:hitting|beating|hurting|punching|kicking) (?:me|us)\b",
    r"\bparents (?:hit|beat|hurt|punch|slap) (?:me|us)\b",
    # sexual abuse
    r"\b(?:forces|forced|makes|made|forcing|making) me (?:to )?(?:have sex|sleep with (?:him|her)|touch (?:him|her)|do sexual)\b",
    rf"{_ONE}{_gap(2, _OTHERS)}(?:touches|touching|touched) me\b(?! (?:that|how|with|by)\b)",
    f"{_ONE}{_gap(1, _OTHERS)}(?:gets|comes|climbs|gets into|came|got|climbing) (?:in|into) (?:to )?my (?:bed|bedroom at "
    r"night|room at night)\b",
    rf"{_ONE}{_gap(1, _OTHERS)}does (?:bad |sexual |horrible )?(?:things|stuff) to me\b",
    # locked in, watched, kept without money
    f"{_ONE}{_gap(1)}(?:will not|does not|never|would not|refuses to) (?:let|lets|allow) me (?:leave|out of|go out of|to "
    r"leave) (?:the|our|my) (?:house|home|flat)\b(?! keys)",
    rf"{_ONE}(?:always |keeps )?lock(?:s|ing) me (?:in|up)\b",
    f"{_ONE}(?:controls|controlling|takes|steals) (?:all |everything )?(?:of )?(?:my|the|our) (?:money|pension|benefits"
    r"|wages)\b",
    rf"{_ONE}{_gap(1)}controls everything i do\b",
    f"{_ONE}{_gap(1)}(?:will not|does not|never|would not) (?:let|lets|allow) me (?:see (?:my friends|my family|anyone|my "
    r"mum)|have (?:a phone|my phone|any money|friends)|out)\b"
    r"(?! on\b)",
    rf"{_ONE}(?:tracks my phone|checks my phone|follows me everywhere|is stalking me|keeps stalking me|stalks me)\b",
    rf"{_ONE}{_gap(2, _OTHERS)}threatens (?:me|us|my (?:{_PEOPLE})|to (?:hit|hurt|beat|take the kids))\b",
    f"{_ONE}(?:pulls my hair|grabs me|pins me|slaps me|knocks me|drags me|holds me down|pushes me (?:around|about|over|down)"
    r"|raises (?:his|her) (?:hand|fist)s? to me)\b",
    r"\b(?:forcing|force|making|make|forced) me (?:to |into )(?:marry|marriage|a marriage|get married)\b",
    rf"{_THEY}(?:is|are) (?:being|getting) (?:hit|beaten|abused|hurt|raped) by (?:her|his|their|my|our) (?:{_FAMILY})\b",
    rf"\b(?:hiding|hide) (?:upstairs |in the [a-z]{{3,10}} |in my [a-z]{{3,10}} )?from (?:him|my (?:{_FAMILY}))\b",
    # I am being hit
    r"\b(?:i am|we are|i get|i keep) (?:being|getting) (?:abused|beaten|hit|hurt|raped|battered|attacked)\b(?! by (?:staff"
    r"|nurses|the ward|the system|patients)\b)",
    r"\bbeing (?:hit|beaten|abused) (?:at home|by my)\b",
    r"\bdomestic (?:violence|abuse) (?:in|at) (?:my|our|the) (?:house|home)\b",
    r"\b(?:suffering|living with|experiencing) domestic (?:violence|abuse)\b",
    # not safe in my own home; not "when he is discharged"
    r"\b(?:i|we|kids|children) (?:am|are|do|feel|really|just|still){1,3} ?(?:do |am |are )?(?:not|never) (?:feel |feeling "
    "|really )?safe "
    r"(?:at home|in (?:my|our|this|the) (?:own )?(?:home|house|flat)|alone with (?:him|her))\b(?! (?:if|when|once|after)\b)",
    r"\b(?:do|am|are) not (?:feel |feeling )?safe (?:at home|in (?:my|our|this|the) (?:own )?(?:home|house|flat))\b(?! (?:if"
    r"|when|once|after)\b)",
    r"\b(?:feel|am) unsafe (?:at home|in (?:my|our) (?:own )?(?:home|house|flat))\b(?! (?:if|when|once|after)\b)",
    # I am scared of my husband, scared to go home; not "scared of him coming home"
    rf"\b{_FEAR} of (?:my )?{_FEARED}(?= (?:[.,]|(?:he|she|and (?:he|she|his|her)|at home|because|hurting|hitting)\b))",
    rf"\b{_FEAR} of (?:my )?{_FEARED} (?=[.,])",
    rf"\b{_FEAR} (?:to go home|of going home|to be at home|to be in the house|in my own (?:home|house)|to sleep in my own "
    r"(?:home|house|bed))\b",
    # gets violent towards us
    f"{_ONE}{_gap(2, _OTHERS)}(?:is|gets|getting|turns|been|becomes|becoming|being) {_gap(1)}(?:violent|abusive|physical) "
    r"(?:with|towards?|to|at home|every|when (?:he|she) drinks)\b"
    r"(?! (?:staff|other|another|nurses|people|the staff|patients|himself|herself))",
    rf"{_ONE}{_gap(1)}gets violent\b",
)
_ABUSE_EVENTS = (
    # he hit me, he strangled my mum, she will hit me again
    rf"{_ONE}{_gap(2, f'said|says|{_OTHERS}')}{_HIT} {_HOME_VICTIM}(?! (?:hard|feelings|to|at|badly|like|by|that)\b)",
    rf"{_ONE}{_gap(3, _OTHERS)}(?:will|going to|might) (?:hit|hurt|beat) me again\b",
    f"{_ONE}{_gap(1, _OTHERS)}(?:pushed|threw|dragged|pinned|shoved|held|pulled|knocked) me (?:down|against|onto|across|over"
    r"|up against|to the|around|about|off|out of bed|by)\b"
    r"(?! (?:the wheelchair|in my chair))",
    f"{_ONE}{_gap(1, _OTHERS)}(?:grabbed|grabs|grabbing|had|got|has) (?:me|my (?:mum|sister|brother|dad)) by the (?:throat"
    r"|neck|hair|arms?|wrists?)\b",
    f"{_ONE}{_gap(1, _OTHERS)}(?:threw|throws|chucked|lobbed) (?:a|an|the|his|her|things|stuff|plates) {_gap(2)}at (?:me|us"
    rf"|my (?:{_PEOPLE})|the (?:kids|children))\b",
    rf"{_ONE}{_gap(1, _OTHERS)}(?:spat (?:at|on|in)|pulled my hair|twisted my arm|headbutted)\b",
    r"\b(?:gave|given) me (?:a black eye|bruises|a fat lip|a beating)\b",
    rf"{_ONE}locked me (?:in|out of the house)\b",
    f"{_ONE}(?:has |have )?(?:broke|broken|fractured|bruised|split|burst|dislocated) my (?:arm|nose|rib|ribs|jaw|wrist"
    r"|finger|fingers|leg|hand|lip|tooth|teeth|face|eye)\b",
)

# --- Danger to or from others ------------------------------------------------------------------------------------------

_VIOLENCE = "(?:kill|stab|murder|shoot|strangle|hurt|attack|smother|poison|batter|hit|punch|burn|suffocate|harm|slash)"
_KILLING_THEM = "(?:kill|killing|stab|stabbing|strangle|strangling|murder|murdering|smother|smothering|suffocate|suffocating)"
_RELATIVE = rf"(?:him|her|them|my (?:own )?(?:{_FAMILY}|baby|kids|children)|the (?:baby|kids|children))"
_OTHER_NOW = (
    # he is going to kill me, she says she will hurt the baby, he has to kill me
    f"{_ONE}{_far}(?:going to|wants? to|threatening to|threatens to|will|would|has to|have to|trying to|planning to|about to"
    "|try to|plans to|needs to) "
    rf"{_gap(1)}{_VIOLENCE} {_SOMEBODY}(?! feelings)",
    # shoot up the school, drown it, chasing with a hammer
    f"{_ONE}{_far}(?:going to|wants? to|will|needs to|has to|plans to|planning to|threatening to) (?:shoot up|blow up|bomb"
    r"|attack|drown) (?:it|the|a|his|her|my|our|everyone)\b",
    rf"{_ONE}{_gap(2, _OTHERS)}(?:chasing|chases|attacking|attacks|threatening|hitting) {_gap(6)}with (?:a|the|his|her|my) "
    f"(?:kitchen |claw |carving |baseball |cricket )?(?:{_WEAPON}|hammer|bat|bottle|axe|chair|screwdriver|pole|stick|brick"
    r"|scissors)\b",
    # is threatening us now
    f"{_ONE}{_gap(2, _OTHERS)}(?:is|are|keeps?|been|started) {_gap(1)}threatening (?:me|us|my (?:{_PEOPLE})|our "
    rf"(?:{_PEOPLE})|the (?:{_PEOPLE}))\b",
    # the voices tell him to
    rf"\bvoices? {_gap(4)}(?:telling|tell|tells|told|saying|say) (?:him|her|them|my [a-z]{{2,12}}) (?:to|that (?:he|she) "
    "(?:has to|must)) "
    rf"(?:kill|hurt|stab|harm|attack|jump|die|burn|cut)\b",
    # has a knife, keeps one under the pillow, comes at me with anything
    f"{_ONE}(?:has |has got |got |is |holding |waving |carrying |grabbed |pulled |picked up |keeps |keeping |hiding |with "
    "|come |coming |at me |out |pulled out ){1,4}"
    rf"(?:a |the |my |his |her |our |one of |another )?{_gap(2, _OTHERS)}{_WEAPON}\b",
    rf"\b(?:coming|came|come|comes|going|running|lunging) (?:at|for|after) (?:me|us|my (?:{_PEOPLE})|his (?:{_PEOPLE})|her "
    rf"(?:{_PEOPLE})) with\b",
    r"\b(?:knife|blade|gun|scissors) (?:to|at|against) (?:my|his|her|our|their) (?:throat|neck|head|chest|face)\b",
    # death threats, revenge when he is out, a list
    r"\bdeath threats?\b",
    f"{_ONE}{_far}(?:will|going to|wants to) (?:get me|come for me|come after (?:me|us)|hunt me|find me and|finish me|make "
    r"me pay|do me in|get (?:his|her) revenge)\b",
    rf"{_ONE}{_gap(2)}{_SAYING} (?:me )?(?:that )?i (?:am|will be) (?:dead|a dead)\b",
    r"\b(?:kill|hit) list\b",
    rf"{_ONE}(?:is |has )?(?:pulled|pulling|held|holding|swung|pointed|pointing) (?:a|the) {_gap(1)}{_WEAPON}\b",
    rf"{_ONE}(?:is |are |now |right |stood |standing |waiting ){{0,4}}outside (?:my|our) (?:house|door|flat|home|window)\b",
    f"{_ONE}(?:is |has |just |are |poured |pouring |throwing |threw |thrown |spreading ){{1,4}}(?:petrol|lighter fluid|white "
    r"spirit)\b",
    # fire, and the house being broken up
    f"{_ONE}{_far}(?:going to|will|threatening to|threatens to|trying to|wants? to|says?) {_gap(2, _OTHERS)}(?:burn|set fire"
    r"|torch|blow up)\b(?! (?:himself|herself))",
    rf"{_ONE}(?:is |are |just |now ){{1,3}}(?:setting fire|burning the|burning down)\b",
    f"{_ONE}(?:is |are |just |now |keeps ){{1,3}}(?:smashing|trashing|wrecking|kicking|breaking|banging|hammering|battering"
    "|trying to (?:break|get|kick|smash)) "
    "(?:up |in |down |on |into ){0,2}(?:the|my|our|everything) ?(?:whole )?(?:house|flat|place|door|home|windows?|up|kitchen"
    r"|bedroom)\b",
    # not breathing, will not wake, unconscious, bleeding
    r"\b(?:not|stopped|barely|hardly) breathing\b(?! exercises)",
    r"\b(?:will|does|is) not (?:wake|waking)(?: up)?\b(?! (?:before|for|until|till|at|in|early|to|on time|up before|up for"
    r"|up until|up in|up at|up to|up early)\b)",
    rf"\bcannot wake (?:him|her|them|my (?:{_FAMILY})|mum|dad|mummy|daddy)(?: up)?\b(?! (?:before|for|until|till|at|in|early"
    r"|up|on time|most)\b)",
    rf"{_THEY}{_gap(2)}(?:is|are|gone|lying|seems|looks) {_gap(2)}unconscious\b",
    rf"{_THEY}{_gap(1)}(?:is |has |have |are ){{0,2}}(?:turned|gone|going|turning) blue\b",
    rf"{_THEY}{_gap(1)}(?:is |are )?choking(?= (?:[.,]|on|and))",
    f"{_THEY}{_gap(1)}(?:is |are )?(?:unresponsive|having a (?:heart attack|stroke|seizure|fit)|fitting|not responding to "
    "me)(?= (?:[.,]|and|on|now|what|again|help|in|right))",
    rf"{_THEY}(?:cannot|is struggling to|can hardly|can barely) breathe\b",
    r"\b(?:blood everywhere|(?<!it will )(?<!it does )not stop bleeding|bleeding (?:badly|out|heavily|everywhere|a lot|to "
    r"death)|losing (?:a lot of|so much) blood)\b",
    # the carer may hurt the relative: I could kill him; not "could kill him for losing his phone"
    rf"\bi {_gap(4, _NOT_ME)}(?:going to|want to|will|might|could|feel like|about to|would|close to|scared i will|tempted "
    rf"to) {_gap(2, _NOT_ME)}{_KILLING_THEM} {_RELATIVE}\b"
    r"(?! (?:for (?!what|all|everything)|when|with kindness|off with)\b)",
    rf"\bi {_gap(4, _NOT_ME)}(?:going to|want to|will|might|could|feel like|about to|close to|scared of|afraid of|frightened "
    f"of|tempted to|end up) {_gap(2, _NOT_ME)}"
    rf"(?:hurt|hurting|hit|hitting|harm|harming|shake|shaking|punch|slap|slapping) {_RELATIVE}\b(?! (?:feelings|by|if i "
    r"(?:tell|say|stop)|back|more by)\b)",
    r"\bwhat i (?:might|will|may|could) do to (?:him|her|them|my [a-z]{2,12})\b",
    r"\bpillow over (?:his|her|their|my [a-z]{2,12}) (?:face|head)\b",
)
_OTHER_EVENTS = (
    # has threatened to stab his dad, tried to kill me
    rf"{_ONE}{_gap(3, _OTHERS)}(?:threatened|tried|attempted) to {_VIOLENCE} {_SOMEBODY}",
    # has collapsed, has just stabbed my dad
    rf"{_ONE}{_gap(3, _OTHERS)}(?:has |have |just ){{0,2}}collapsed\b",
    rf"{_ONE}(?:has |just |have ){{1,2}}(?:stabbed|shot) {_HOME_VICTIM}",
    # the carer has hit the relative
    r"\bi (?:just |have |have just |lost it and |snapped and ){0,2}(?:hit|slapped|punched|shook|strangled"
    rf"|battered) {_RELATIVE}\b(?! with (?:the|a) (?:news|bill|question))",
)


# --- The check ---------------------------------------------------------------------------------------------------------


def _compile(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


# In the order of asking: the carer's own life, the relative's, despair that names nobody, abuse, and all other danger.
# Each with what counts at any time, and with the events that count only when they are not told as the past.
_CHECKS = tuple(
    (danger, _compile(now), _compile(events))
    for danger, now, events in (
        (Danger.SELF, _SELF_OWN, _SELF_EVENTS),
        (Danger.OTHER, _THEIR_LIFE, _THEIR_LIFE_EVENTS),
        (Danger.SELF, _SELF_DESPAIR, ()),
        (Danger.ABUSE, _ABUSE_NOW, _ABUSE_EVENTS),
        (Danger.OTHER, _OTHER_NOW, _OTHER_EVENTS),
    )
)
_WHATEVER_WAS_ASKED = _compile(_SELF_WHATEVER_WAS_ASKED)


def find_danger(text: str) -> Danger | None:
    """Return the kind of danger a message speaks of, or None. Danger to the carer comes first."""
    plain = _plain(text)
    if any(pattern.search(plain) for pattern in _WHATEVER_WAS_ASKED):
        return Danger.SELF
    for pattern in _ORDINARY:
        plain = pattern.sub("~ ", plain)
    current = " . ".join(part for part in plain.split(" . ") if _JUST_NOW.search(part) or not _PAST.search(part))
    current = f". {current} ."
    for danger, now, events in _CHECKS:
        if any(pattern.search(plain) for pattern in now) or any(pattern.search(current) for pattern in events):
            return danger
    return None
