"""Danger to the relative's own life."""

from alongside.core.safety.vocabulary import (
    DESPAIR,
    END,
    FAMILY,
    FAR,
    HARM,
    HIGH_PLACE,
    KILL,
    OTHERS,
    POISON,
    SAYING,
    STAFF,
    TABLETS,
    THEMSELF,
    THEY,
    TOO_MUCH,
    any_of,
    gap,
)

_NEAR = gap(3, OTHERS)
_IS_OR_MAY_BE = any_of(
    "is|are|been|keeps?|started|starts|wants? to|going to|will|might|may|says?|said",
    "threatening to|threatens to|tries to|trying to|about to|thoughts of|thinking of|urges to",
)
# How tablets are taken as they should be, or taken to a place.
_AS_PRESCRIBED = "off|away|from|to|back|with|as|like|properly|this week|every|on time|home|in|out|so|today so|today like"

# The relative's wish to die or to be hurt, their plans and threats, and what is happening now.
NOW = (
    # in the relative's own words: he said "I am going to kill myself"
    (
        rf"{THEY}{gap(2, OTHERS)}{SAYING} (?:me |us |to me |that |, |and said ){{0,3}}i "
        rf"{gap(4)}(?:kill myself|die|end it|end it all|end my life|hurt myself|be dead)\b"
    ),
    rf"{THEY}{gap(2, OTHERS)}{SAYING} (?:me |us |to me |that |, ){{0,3}}i (?:cannot go on|do not want to (?:live|be here))\b",
    r"\byou will never see me again\b",
    r"\b(?:his|her|their) last (?:night|day|hours) (?:on earth|alive|on this earth|here)\b",
    # despair: says life is not worth living, would be better off dead
    rf"{THEY}{gap(2, STAFF)}{SAYING} {gap(6, 'i')}{DESPAIR}",
    rf"{THEY}(?:would |will |is |are |has |talks of |talking about |keeps ){{0,3}}{gap(2, 'i')}{DESPAIR}(?! (?:i|me)\b)",
    rf"{THEY}{gap(2, STAFF)}(?:says?|said|told me|thinks?) {gap(3, 'i')}better (?:off )?without (?:him|her|them)\b",
    # wants to die, wishes she was dead
    (
        rf"{THEY}{FAR}(?:wants?|wanting|wishes|wish|going|ready|rather|begging|hopes|asking|prays) "
        rf"{gap(4, OTHERS)}(?:to die|die|be dead|was dead|were dead)\b(?! (?:of|from|at)\b)"
    ),
    rf"{THEY}{FAR}{SAYING} {gap(4, OTHERS)}(?:wants? to die|wants? to be dead|going to die|will be dead)\b",
    # does not want to live, cannot go on
    rf"{THEY}{FAR}(?:not|no longer|never) (?:even |really )?wants? to (?:live|be alive|exist|wake up|carry on|go on){END}",
    rf"{THEY}{FAR}(?:not|no longer) (?:even |really )?wants? to be (?:here|around) (?:anymore|at all)\b",
    rf"{THEY}{gap(2, OTHERS)}{SAYING} {gap(2, OTHERS)}cannot (?:go on|carry on|keep going){END}",
    # is suicidal; not "if he is suicidal", but "what do I do if he is suicidal"
    rf"(?<!if )(?<!when )(?<!whether )(?<!if my )(?<!when my )(?<!whether my ){THEY}{gap(3, f'was|were|{OTHERS}')}suicidal\b",
    rf"\bwhat (?:do|should|can) (?:i|we) do (?:if|when) {gap(3)}is {gap(2)}suicidal\b",
    rf"\bsuicidal (?:{FAMILY})\b",
    # thinking of suicide
    (
        rf"{THEY}{FAR}(?:thinking|talking|talks|thinks|thoughts|planning|threatening|threatens|contemplating|considering) "
        rf"{gap(2)}suicide\b"
    ),
    # kill himself, hang herself, end his life; an attempt that is told as an event comes below
    rf"(?<!tried to )(?<!attempted to )\b{KILL} {THEMSELF}\b",
    rf"\b(?:do|doing) {THEMSELF} in\b",
    rf"\b(?:finish|finishing) {THEMSELF}(?: off)?\b",
    rf"\bsomething (?:stupid|silly|bad|daft|drastic) to {THEMSELF}\b",
    rf"{THEY}{FAR}(?:talking|talks|keeps on|going on) about (?:dying|death|wanting to die|being dead)\b",
    (
        r"(?<!tried to )(?<!attempted to )\b(?:end|ending|take|taking) (?:his|her|their) "
        r"(?:own )?(?:life|lives)\b(?! (?:savings|story|as|back|in|into|seriously|one)\b)"
    ),
    (
        rf"{THEY}{FAR}"
        r"(?:going|wants?|says?|said|threatening|threatens|threatened|plans?|planning|ready|talks?|talking|thinking|about) "
        rf"{gap(4, OTHERS)}(?:end|ending) (?:it|things|everything)\b(?! (?:all )?(?:with|between|off)\b)"
    ),
    # is hurting herself now, wants to harm himself
    rf"{THEY}{FAR}{_IS_OR_MAY_BE} {gap(2, OTHERS)}{HARM} {THEMSELF}\b",
    rf"{THEY}{gap(2, OTHERS)}(?:is|are|been|keeps?|started|still) {gap(1)}self harm(?:ing)?\b",
    # has taken all her tablets, has overdosed; not "off her", not "as she should"
    (
        rf"(?:{THEY}|\band )(?:has |have |is |just |gone and |went and ){{1,3}}"
        rf"(?:taken|took|swallowed|necked|eaten) {TOO_MUCH} {gap(2)}{TABLETS}\b(?! (?:{_AS_PRESCRIBED}|without)\b)"
    ),
    (
        rf"(?:{THEY}|\band )(?:has |have |is |just ){{1,3}}"
        r"(?:overdosed|(?:taken|took|taking) (?:an|another|a big|a massive) overdose)\b"
        r"(?! (?:before|in the past|twice|three|a few|several|last|years|when)\b)"
    ),
    # threatens or has planned an overdose; is saving tablets
    rf"{THEY}{FAR}(?:going to|threatening to|threatens to|wants? to|will|about to|says?) {gap(3, OTHERS)}overdose\b",
    rf"{THEY}{_NEAR}(?:saving up|stockpiling|hoarding|saved up) {gap(2)}{TABLETS}\b",
    r"\b(?:googling|looking up|searching|searched|looked up|researching) (?:for |up )?(?:ways|how) to (?:die|kill|end|hang)\b",
    # about to jump, standing on the bridge
    (
        rf"{THEY}{FAR}(?:going to|will|wants? to|threatening to|threatens to|about to|trying to) "
        rf"{gap(1)}(?:jump|throw {THEMSELF})(?= (?:[.,]|off|from|in front|out|under|if|and))"
    ),
    rf"{THEY}(?:is |are |has |climbed |standing |sitting |up |out |gone ){{1,4}}(?:on|onto|off) (?:the|a) {HIGH_PLACE}\b",
    (
        r"\b(?:rope|belt|cord|ligature|noose|sheet|scarf|something|anything|wire|lace|cable) "
        r"(?:tied |tight |wrapped )?(?:round|around) (?:his|her|their|the) neck\b"
    ),
    # wants help to die
    r"\b(?:help|let) (?:him|her|them) (?:to )?(?:die|end (?:it|his|her|their))\b",
    rf"\blocked {THEMSELF} in {gap(8)}(?:razor|knife|blade|rope|belt|tablets|pills|not answer|not answering)\b",
    rf"\blocked {THEMSELF} in (?:[a-z]{{1,20}} ){{0,4}}(?:is|will) not (?:answer|answering|speaking|coming out)\b",
)

# What the relative has done, or has said for goodbye; not when it is told as the past.
EVENTS = (
    # tried to kill himself, nearly killed herself
    (
        rf"{THEY}{gap(4, OTHERS)}(?:tried|attempted) (?:to|and) "
        rf"(?:{KILL} {THEMSELF}|(?:end|take) (?:his|her|their) (?:own )?life|jump|die|hang|overdose)\b"
    ),
    rf"{THEY}{gap(2, OTHERS)}(?:nearly|almost) killed {THEMSELF}\b",
    # took all her tablets, took an overdose, drank bleach
    (
        rf"{THEY}(?:has |have |is |just |gone and |went and ){{0,3}}(?:taken|took|swallowed|necked|eaten) "
        rf"{TOO_MUCH} {gap(2)}{TABLETS}\b(?! (?:{_AS_PRESCRIBED}|without a)\b)"
    ),
    rf"{THEY}(?:has |have |is |just ){{0,3}}(?:taken|took|had|taking) (?:an|another|a big|a massive) overdose\b",
    rf"{THEY}(?:has |have |is |just |might have ){{0,3}}overdosed\b",
    (
        rf"{THEY}(?:has |have |is |just ){{0,3}}(?:swallowed|drunk|drank|drinking) "
        rf"(?:a |some |the |whole |loads of |lots of |bottle of |glass of ){{0,3}}{POISON}\b"
    ),
    rf"{THEY}(?:has |have |is |just ){{0,3}}(?:injected|taken) (?:all|too much) (?:of )?(?:his|her|their|the) insulin\b",
    rf"{THEY}(?:has |have |just ){{1,3}}self harmed\b",
    r"\bfound (?:him|her|them|my [a-z]{2,12}) (?:hanging|unresponsive|unconscious|collapsed|not breathing)\b",
    (
        rf"{THEY}(?:has |have |is |just |gone |went |left |out |off |the house ){{1,6}}"
        r"with (?:a|the|his|her) (?:rope|belt|noose|razor)\b"
    ),
    # a note, a goodbye
    r"\bsuicide note\b",
    r"\b(?:texting|texted|messaged|messaging|sent|sending) (?:me|us|everyone) (?:a )?(?:goodbye|bye)\b",
    r"\bgoodbye (?:texts?|messages?|notes?|letters?|video|voicemail)\b",
    (
        rf"{THEY}{gap(2)}(?:rang|phoned|called|texted|messaged|ringing|phoning) "
        rf"{gap(2)}to say (?:goodbye|bye)\b(?! (?:before|until|till)\b)"
    ),
    (
        r"\b(?:cut|cuts|cutting|slit|slashed|slashing|burning|carving) (?:into )?"
        r"(?:up )?(?:his|her|their) (?:own )?(?:wrists?|throat|arms|legs|thighs|skin)\b"
    ),
)
