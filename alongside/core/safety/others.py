"""All other danger: violence to or from others, weapons, fire, someone who needs an ambulance."""

from alongside.core.safety.vocabulary import (
    FAMILY,
    FAR,
    HOME_VICTIM,
    NOT_ME,
    ONE,
    OTHERS,
    PEOPLE,
    SAYING,
    SOMEBODY,
    THEY,
    WEAPON,
    any_of,
    gap,
)

_VIOLENCE = "(?:kill|stab|murder|shoot|strangle|hurt|attack|smother|poison|batter|hit|punch|burn|suffocate|harm|slash)"
_KILLING_THEM = "(?:kill|killing|stab|stabbing|strangle|strangling|murder|murdering|smother|smothering|suffocate|suffocating)"
_RELATIVE = rf"(?:him|her|them|my (?:own )?(?:{FAMILY}|baby|kids|children)|the (?:baby|kids|children))"
_MEANS_TO = any_of(
    "going to|wants? to|threatening to|threatens to|will|would|has to|have to|trying to|planning to|about to",
    "try to|plans to|needs to",
)
_HOLDING = any_of(
    "has |has got |got |is |holding |waving |carrying |grabbed |pulled |picked up |keeps |keeping |hiding |with ",
    "come |coming |at me |out |pulled out ",
)
_GET_ME = any_of(
    "get me",
    "come for me",
    "come after (?:me|us)",
    "hunt me",
    "find me and",
    "finish me",
    "make me pay",
    "do me in",
    "get (?:his|her) revenge",
)
_BLEEDING = any_of(
    "blood everywhere",
    "(?<!it will )(?<!it does )not stop bleeding",
    "bleeding (?:badly|out|heavily|everywhere|a lot|to death)",
    "losing (?:a lot of|so much) blood",
)

# Threats, weapons, fire, a body that is failing, and the carer's own fear of hurting the relative.
NOW = (
    # he is going to kill me, she says she will hurt the baby, he has to kill me
    rf"{ONE}{FAR}{_MEANS_TO} {gap(1)}{_VIOLENCE} {SOMEBODY}(?! feelings)",
    # shoot up the school, drown it, chasing with a hammer
    (
        rf"{ONE}{FAR}(?:going to|wants? to|will|needs to|has to|plans to|planning to|threatening to) "
        r"(?:shoot up|blow up|bomb|attack|drown) (?:it|the|a|his|her|my|our|everyone)\b"
    ),
    (
        rf"{ONE}{gap(2, OTHERS)}(?:chasing|chases|attacking|attacks|threatening|hitting) "
        rf"{gap(6)}with (?:a|the|his|her|my) (?:kitchen |claw |carving |baseball |cricket )?"
        rf"(?:{WEAPON}|hammer|bat|bottle|axe|chair|screwdriver|pole|stick|brick|scissors)\b"
    ),
    # is threatening us now
    (
        rf"{ONE}{gap(2, OTHERS)}(?:is|are|keeps?|been|started) {gap(1)}threatening "
        rf"(?:me|us|my (?:{PEOPLE})|our (?:{PEOPLE})|the (?:{PEOPLE}))\b"
    ),
    # the voices tell him to
    (
        rf"\bvoices? {gap(4)}(?:telling|tell|tells|told|saying|say) (?:him|her|them|my [a-z]{{2,12}}) "
        r"(?:to|that (?:he|she) (?:has to|must)) (?:kill|hurt|stab|harm|attack|jump|die|burn|cut)\b"
    ),
    # has a knife, keeps one under the pillow, comes at me with anything
    rf"{ONE}{_HOLDING}{{1,4}}(?:a |the |my |his |her |our |one of |another )?{gap(2, OTHERS)}{WEAPON}\b",
    (
        r"\b(?:coming|came|come|comes|going|running|lunging) (?:at|for|after) "
        rf"(?:me|us|my (?:{PEOPLE})|his (?:{PEOPLE})|her (?:{PEOPLE})) with\b"
    ),
    r"\b(?:knife|blade|gun|scissors) (?:to|at|against) (?:my|his|her|our|their) (?:throat|neck|head|chest|face)\b",
    # death threats, revenge when he is out, a list
    r"\bdeath threats?\b",
    rf"{ONE}{FAR}(?:will|going to|wants to) {_GET_ME}\b",
    rf"{ONE}{gap(2)}{SAYING} (?:me )?(?:that )?i (?:am|will be) (?:dead|a dead)\b",
    r"\b(?:kill|hit) list\b",
    rf"{ONE}(?:is |has )?(?:pulled|pulling|held|holding|swung|pointed|pointing) (?:a|the) {gap(1)}{WEAPON}\b",
    rf"{ONE}(?:is |are |now |right |stood |standing |waiting ){{0,4}}outside (?:my|our) (?:house|door|flat|home|window)\b",
    (
        rf"{ONE}(?:is |has |just |are |poured |pouring |throwing |threw |thrown |spreading ){{1,4}}"
        r"(?:petrol|lighter fluid|white spirit)\b"
    ),
    # fire, and the house being broken up
    (
        rf"{ONE}{FAR}(?:going to|will|threatening to|threatens to|trying to|wants? to|says?) "
        rf"{gap(2, OTHERS)}(?:burn|set fire|torch|blow up)\b(?! (?:himself|herself))"
    ),
    rf"{ONE}(?:is |are |just |now ){{1,3}}(?:setting fire|burning the|burning down)\b",
    (
        rf"{ONE}(?:is |are |just |now |keeps ){{1,3}}"
        r"(?:smashing|trashing|wrecking|kicking|breaking|banging|hammering|battering|trying to (?:break|get|kick|smash)) "
        r"(?:up |in |down |on |into ){0,2}(?:the|my|our|everything) ?(?:whole )?"
        r"(?:house|flat|place|door|home|windows?|up|kitchen|bedroom)\b"
    ),
    # not breathing, will not wake, unconscious, bleeding
    r"\b(?:not|stopped|barely|hardly) breathing\b(?! exercises)",
    (
        r"\b(?:will|does|is) not (?:wake|waking)(?: up)?\b"
        r"(?! (?:before|for|until|till|at|in|early|to|on time|up before|up for|up until|up in|up at|up to|up early)\b)"
    ),
    (
        rf"\bcannot wake (?:him|her|them|my (?:{FAMILY})|mum|dad|mummy|daddy)(?: up)?\b"
        r"(?! (?:before|for|until|till|at|in|early|up|on time|most)\b)"
    ),
    rf"{THEY}{gap(2)}(?:is|are|gone|lying|seems|looks) {gap(2)}unconscious\b",
    rf"{THEY}{gap(1)}(?:is |has |have |are ){{0,2}}(?:turned|gone|going|turning) blue\b",
    rf"{THEY}{gap(1)}(?:is |are )?choking(?= (?:[.,]|on|and))",
    (
        rf"{THEY}{gap(1)}(?:is |are )?(?:unresponsive|having a (?:heart attack|stroke|seizure|fit)|fitting|not responding to me)"
        r"(?= (?:[.,]|and|on|now|what|again|help|in|right))"
    ),
    rf"{THEY}(?:cannot|is struggling to|can hardly|can barely) breathe\b",
    rf"\b{_BLEEDING}\b",
    # the carer may hurt the relative: I could kill him; not "could kill him for losing his phone"
    (
        rf"\bi {gap(4, NOT_ME)}(?:going to|want to|will|might|could|feel like|about to|would|close to|scared i will|tempted to) "
        rf"{gap(2, NOT_ME)}{_KILLING_THEM} {_RELATIVE}\b(?! (?:for (?!what|all|everything)|when|with kindness|off with)\b)"
    ),
    (
        rf"\bi {gap(4, NOT_ME)}"
        r"(?:going to|want to|will|might|could|feel like|about to|close to|scared of|afraid of|frightened of|tempted to|end up) "
        rf"{gap(2, NOT_ME)}(?:hurt|hurting|hit|hitting|harm|harming|shake|shaking|punch|slap|slapping) "
        rf"{_RELATIVE}\b(?! (?:feelings|by|if i (?:tell|say|stop)|back|more by)\b)"
    ),
    r"\bwhat i (?:might|will|may|could) do to (?:him|her|them|my [a-z]{2,12})\b",
    r"\bpillow over (?:his|her|their|my [a-z]{2,12}) (?:face|head)\b",
)

# What has been done to somebody; not when it is told as the past.
EVENTS = (
    # has threatened to stab his dad, tried to kill me
    rf"{ONE}{gap(3, OTHERS)}(?:threatened|tried|attempted) to {_VIOLENCE} {SOMEBODY}",
    # has collapsed, has just stabbed my dad
    rf"{ONE}{gap(3, OTHERS)}(?:has |have |just ){{0,2}}collapsed\b",
    rf"{ONE}(?:has |just |have ){{1,2}}(?:stabbed|shot) {HOME_VICTIM}",
    # the carer has hit the relative
    (
        r"\bi (?:just |have |have just |lost it and |snapped and ){0,2}"
        rf"(?:hit|slapped|punched|shook|strangled|battered) {_RELATIVE}\b(?! with (?:the|a) (?:news|bill|question))"
    ),
)
