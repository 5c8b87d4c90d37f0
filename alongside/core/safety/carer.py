"""Danger to the carer's own life."""

from alongside.core.safety.vocabulary import (
    DESPAIR,
    END,
    HARM,
    HIGH_PLACE,
    KILL,
    NOT_ME,
    POISON,
    TABLETS,
    TOO_MUCH,
    any_of,
    gap,
)

_ME = gap(3, NOT_ME)
_MEANING_TO = any_of(
    "want|wanting|wish|need|hope|going|ready|about|plan|planning|thinking|think|thought|thoughts|thinks",
    "tempted|feel like|feeling like|rather|considering|contemplating|urge|might|may|will|scared i will|ideas",
)
_ABOUT_TO = any_of(
    "want to|wanting to|going to|need to|urge to|tempted to|ready to|plan to|about|of",
    "feel like|feeling like|might|may|will|would|could|like",
)
_WITHOUT_ME = any_of(
    "without me",
    "if i (?:was|were|am) (?:dead|gone|not here|not around|not alive)",
    "if i (?:died|disappeared|killed myself|did not exist)",
)
# The tablets were swallowed: not taken to the ward, taken in, taken back.
_NOT_CARRIED = r"(?! (?:to|in|with|up|back|home|from|away|off)\b)"

# The carer owns to it: found whatever was asked, so these are looked for before a question is taken out as ordinary.
WHATEVER_WAS_ASKED = (
    # a professional asked, and the carer owns to the answer
    (
        r"\bask(?:ed|s)? (?:[a-z]{1,20} ){1,10}(?:suicidal|suicide|myself|my life|die|live) (?:[a-z]{1,20} ){0,3}(?:, )?"
        r"(?:and|but) (?:the truth is )?i (?:lied|said yes|said i was|said i am|nodded|did not tell|could not say no|am|do)\b"
    ),
    # no promise to stay safe
    r"\b(?:cannot|not) promise (?:that )?i will not (?:do|hurt|kill|harm|end)\b",
)

# The carer's own wish to die or to be hurt, their plans, and what they have done or are about to do; told in any tense.
NOW = (
    # kill myself, hang myself, top myself
    rf"\b{KILL} myself\b",
    r"\b(?:do|doing) myself in\b",
    r"\b(?:if|when|wish|that) i (?:just |had )?(?:killed|hanged|drowned|topped) myself\b",
    # want to hurt myself, started cutting myself again
    rf"\b{_ABOUT_TO} (?:just |really )?{HARM} myself\b",
    rf"\b(?:am|been|started|start|keep|stop|back to|again|by|with) (?:just )?{HARM} myself\b",
    rf"\b{HARM} myself (?:again|on purpose|to cope|every|because|most)\b",
    (
        r"\bi (?:have |am |have been |am still |still |have started |started |keep |want to |need to |just ){1,3}"
        r"self harm(?:ing|ed)?\b"
    ),
    r"\b(?:been|started|keep) self harming because\b",
    r"\bi self harm\b",
    # end my life, take my own life
    r"\b(?:end|ending|ended|take|taking) my (?:own )?life\b(?! (?:savings|story|as|back|in|into|seriously)\b)",
    # I want to end it; not "end it with him"
    (
        rf"\bi {_ME}{_MEANING_TO} {gap(3, NOT_ME)}(?:end|ending) (?:it|things|everything)\b"
        r"(?! (?:all )?(?:with|between|off|amicably|properly|here)\b)"
    ),
    r"\bready to end it\b(?! with)",
    # I want to die, wish I was dead
    (
        rf"(?:\bi|\bjust|\band|\bso|\bbut|[.,]) {_ME}{_MEANING_TO} {gap(2, NOT_ME)}"
        r"(?:to die|die|dying|be dead|was dead|were dead|could die)\b(?! (?:of|from|down)\b)"
    ),
    r"\bwish i (?:was|were|had) (?:dead|gone|not here|not alive|never (?:been )?born|no longer here)\b",
    r"\b(?:i would|if i was|if i were|me) (?:be )?(?:better off )?dead\b(?! (?:on|tired|against))",
    r"\b(?:wish|hope|pray|rather|want) (?:[a-z]{1,20} ){0,8}(?:not|never) wake up\b(?! (?:to|at|him|her|early|late|before|so)\b)",
    # I feel suicidal, I think of suicide
    rf"\bi {_ME}(?:am|feel|feeling|been|get|getting|keep|become|becoming|really|so) {gap(2, NOT_ME)}suicidal\b",
    r"(?:[.,]|\bam|\band) (?:so |really |very |feeling |feel )suicidal\b",
    (
        rf"(?:\bi|[.,]) {_ME}(?:thinking|think|thought|thoughts|considering|contemplating|planning|having|plan) "
        rf"{gap(3, NOT_ME)}(?:suicide|suicidal)\b"
    ),
    # I do not want to live, be here any more, wake up
    (
        r"(?<!they )(?<!we )\b(?:do not|no longer|am not|would rather not) "
        r"(?:really |even |just |actually ){0,2}(?:want to|wanting to|wish to) "
        rf"(?:live(?! with| in| near)|be alive|exist|go on|carry on|keep going|wake up(?! to)){END}"
    ),
    (
        r"(?<!they )(?<!we )\b(?:do not|no longer|am not) (?:really |even |just ){0,2}(?:want to|wanting to) "
        r"be (?:here|around|on this (?:earth|planet))(?= (?:[.,]|(?:anymore|at all|but)\b))"
    ),
    (
        r"(?<!they )(?<!we )\b(?:do not|no longer|am not) (?:really |even |just ){0,2}"
        r"(?:want to|wanting to) be (?:here|around)(?= [.,])"
    ),
    # I cannot go on, I do not think I can go on; not "this cannot go on", not "go on Tuesday"
    (
        r"(?:\bi|\ba|\bjust|\breally|\band|\bso|\bbut|\bhonestly|[.,]) "
        r"(?:just |really |honestly |simply )?cannot (?:just |even |really )?"
        rf"(?:go on|carry on|keep going|keep living|live like this|live|do life|face (?:another|one more) day|face living){END}"
    ),
    (
        r"\b(?:not|if|how|whether|longer|doubt) (?:[a-z]{1,20} ){0,4}i (?:can|could|will) "
        rf"(?:go on|carry on|keep going|live like this|face another day){END}"
    ),
    # I cannot do this any more and want it to be over
    (
        r"\bcannot (?:do|take|cope with|stand|bear) (?:this|it|things|life)(?: anymore)? "
        r"(?:[.,] |and |i |just |so ){0,4}want (?:it|this|everything)(?: all)? to (?:be over|end|stop)\b"
    ),
    r"\bwant (?:it all|everything|my life|the pain|life) to (?:be over|end|stop)\b",
    # they would be better off without me, nobody would miss me
    (
        rf"\b(?:better|better off|happier|easier)(?: off)? {_WITHOUT_ME}\b"
        r"(?! (?:as|at|in|there|visiting|interfering|being|on|with|to)\b)"
    ),
    (
        r"\b(?:nobody|no one|noone|anyone|who) would (?:even )?"
        r"(?:miss|notice|care|miss me)(?: me)? if i (?:was|were|died|disappeared|killed|had)\b"
    ),
    rf"\bi {_ME}want to (?:just )?disappear(?: forever| for good)?(?= (?:[.,]|and|but|forever|off))",
    # I have taken too many tablets now; the past is asked for below
    (
        r"\bi (?:have |just |have just |am ){0,2}(?:taken|swallowed|necked|taking|swallowing) "
        rf"{TOO_MUCH} {gap(2)}{TABLETS}\b{_NOT_CARRIED}"
    ),
    rf"\bi (?:have )?(?:just )?(?:drunk|drank|swallowed) {POISON}\b",
    (
        r"\bi (?:am |want to |am going to |have |have just |might |will |feel like )"
        r"(?:take an |taking an |taken an )?(?:overdos(?:e|ed|ing))\b"
    ),
    # something stupid; not safe with myself
    (
        r"\b(?:scared|afraid|frightened|worried|terrified) (?:of )?(?:what )?i (?:might|will|may|could|would|am going to) "
        r"(?:do|do something)(?: (?:stupid|silly|bad))?(?: to myself)?(?= [.,])"
    ),
    (
        r"\bi (?:am |might |will |may |could |would |going to |feel like ){1,3}"
        r"(?:do|doing) something (?:stupid|silly|bad|daft|drastic)\b"
    ),
    r"\b(?:not safe|unsafe|danger|risk) (?:with|to|from|around) myself\b",
    # should be dead, want to sleep for ever, no future for me, nobody needs me alive
    (
        r"\bi (?:should|deserve to|would rather|want to|hope i|might as well|may as well|could) "
        r"(?:just )?(?:die|be dead)\b(?! (?:of|from|before|first)\b)"
    ),
    r"\b(?:go to|fall) (?:sleep|asleep) (?:and not wake|and never wake|forever|for ever|for good)\b",
    r"\bnot (?:see|have|want|got) (?:a |any )?future (?:for me|for myself)\b|\bno future for me\b",
    (
        r"\bnot (?:think|know if|sure if|sure) i (?:even |still )?want to "
        r"(?:be alive|live|be here|exist|wake up)\b(?! (?:with|in|near|when|at|to|for)\b)"
    ),
    r"\b(?:not|never) deserve to (?:live|be alive)\b",
    (
        r"\b(?:wish|hope|want|if only) (?:a|the|some) (?:lorry|bus|car|train|truck) "
        r"(?:would|will|to|could) (?:just )?(?:hit|run over|kill|take) me\b"
    ),
    r"\bcannot (?:see|imagine) myself (?:being |living |still ){0,2}(?:here|alive|around)\b(?! (?:on|with|in|for|at|as)\b)",
    (
        r"\b(?:tonight|today|tomorrow) is (?:the (?:night|day) i|(?:my|the) last (?:night|day))\b"
        r"|\bdecided (?:that )?(?:tonight|today) is the (?:night|day)\b"
    ),
    r"\bi want to be (?:with|in heaven with) (?:him|her|my [a-z]{2,12}) (?:in heaven|on the other side|again in heaven)\b",
    (
        r"\b(?:looking|staring) at (?:my |the |a |all my )?(?:pile of |box of |bottle of )?"
        r"(?:tablets|pills|rope|knife|razor|bridge|train tracks|tracks)\b"
    ),
    rf"\bi (?:am )?(?:standing |sitting |up )?on (?:the|a) {HIGH_PLACE}\b",
    r"\bi (?:have got|have|got|bought) (?:a |the |my )?(?:rope|noose)\b",
    (
        r"\bi (?:know|have planned|have worked out|have decided|planned) (?:exactly )?"
        r"(?:how|when|where) (?:i would|i will|i am going to|to) (?:do it|die|end it)\b"
    ),
    # a plan: letters, saved tablets, ways and amounts
    (
        r"\b(?:written|wrote|writing|write) (?:my|the|them|a|everyone)? ?(?:own )?(?:goodbye|suicide) "
        r"(?:letters?|notes?)\b(?<!he wrote a suicide note)(?<!she wrote a suicide note)"
    ),
    rf"\bi {_ME}(?:saving|saved|stockpiling|hoarding|storing) (?:up )?(?:all )?(?:my |his |her |the )?{TABLETS}\b",
    rf"\bhow many {gap(1)}{TABLETS} {gap(4)}(?:die|kill|overdose|dead|fatal)\b",
    r"\b(?:easiest|quickest|best|painless|quick|least painful|easy) ways? to (?:die|kill|end (?:it|my life))\b",
    # a bridge, a train, a car
    (
        rf"\bi {gap(8, NOT_ME)}(?:jump|jumping|throw myself|throwing myself) (?:off|from|in front|under|out of) "
        rf"{gap(2)}(?:bridge|building|roof|cliff|window|train|bus|car|lorry|it)\b"
    ),
    (
        rf"\b(?:i|about|of) {gap(10, NOT_ME)}(?:drive|driving|crash|crashing|steer|steering|step|stepping|walk|walking) "
        rf"(?:my |the )?(?:car )?(?:into|off|in front of|under) (?:a|the|oncoming|an) {gap(1)}"
        r"(?:tree|wall|lorry|bridge|river|sea|truck|barrier|traffic|train|cliff|bus)\b"
    ),
)

# What the carer has done or felt; not when it is told as the past.
EVENTS = (
    # I took an overdose; I felt suicidal last night
    rf"\bi (?:just )?(?:took|swallowed|had) (?:an overdose|{TOO_MUCH} {gap(2)}{TABLETS})\b{_NOT_CARRIED}",
    r"\bi (?:was|felt) (?:so |really |very |feeling ){0,2}suicidal\b",
    r"\bi (?:have )?overdosed\b",
    # I have cut my arms again
    (
        r"\bi (?:have |have just |just |keep )?(?:been |started )?"
        r"(?:cut|cutting|slashed|slit|burned|burnt|burning) my (?:arms|wrists?|legs|thighs|skin|throat)\b"
    ),
)

# Despair that names nobody is the carer's own; it is looked for once the relative's life has been asked after.
NAMES_NOBODY = (DESPAIR,)
