"""Abuse at home, of the carer or of someone the carer lives with."""

from alongside.core.safety.vocabulary import (
    FAMILY,
    HOME_VICTIM,
    ONE,
    OTHERS,
    PEOPLE,
    STAFF,
    THEY,
    any_of,
    gap,
)

# As a gap, but for "he said it hits me": the blow has to be the relative's own.
_DIRECTLY = gap(2, f"said|says|it|what|that|{OTHERS}")
_HITS = any_of(
    "hits|punches|kicks|slaps|beats|chokes|strangles|burns|bites|batters|hurts|attacks|abuses|rapes|molests",
    "throws (?:things|stuff|plates) at",
    "spits (?:at|on)",
    "belts",
)
_HITTING = any_of(
    "hitting|punching|kicking|slapping|beating|choking|strangling|hurting|attacking",
    "abusing|raping|touching|biting|battering|molesting|burning",
)
_HIT = any_of(
    "hit|punched|kicked|slapped|beat|strangled|choked|burned|burnt|bit|battered",
    "attacked|raped|assaulted|hurt|headbutted|throttled",
)
_HANDLES_ME = any_of(
    "pulls my hair",
    "grabs me",
    "pins me",
    "slaps me",
    "knocks me",
    "drags me",
    "holds me down",
    "pushes me (?:around|about|over|down)",
    "raises (?:his|her) (?:hand|fist)s? to me",
)
_FEAR = "(?:scared|afraid|frightened|terrified|petrified|feart)"
_FEARED = rf"(?:own )?(?:{FAMILY})"
_BEING_HOME = any_of(
    "to go home",
    "of going home",
    "to be at home",
    "to be in the house",
    "in my own (?:home|house)",
    "to sleep in my own (?:home|house|bed)",
)
# A worry about a discharge to come is no danger now.
_NOT_LATER = r"(?! (?:if|when|once|after)\b)"

# Abuse that goes on: blows, sexual abuse, control, and fear in one's own home.
NOW = (
    # he hits me, dad hits us, her boyfriend hits her
    rf"{THEY}{_DIRECTLY}{_HITS} (?:{HOME_VICTIM}|her\b|him\b)(?! feelings)",
    rf"\b(?:and|then|but|who|also) {_HITS} {HOME_VICTIM}",
    (
        rf"{THEY}{gap(1, OTHERS)}(?:hit|beat|hurt|kick|punch|slap) (?:me|us) "
        r"(?:when|every|all|most|if|whenever)\b(?! (?:he|she|they|i|we) (?:was|were|had))"
    ),
    # is hitting my mum, is beating me up
    (
        rf"(?<!has )(?<!is )(?<!have ){ONE}{_DIRECTLY}(?:is|are|been|keeps?|started|starts|still) "
        rf"{gap(1, STAFF)}{_HITTING} (?:{HOME_VICTIM}|her\b|him\b)(?! (?:out|off|back)\b)"
    ),
    r"\b(?:he|she) (?:hitting|beating|hurting|punching|kicking) (?:me|us)\b",
    r"\bparents (?:hit|beat|hurt|punch|slap) (?:me|us)\b",
    # sexual abuse
    r"\b(?:forces|forced|makes|made|forcing|making) me (?:to )?(?:have sex|sleep with (?:him|her)|touch (?:him|her)|do sexual)\b",
    rf"{ONE}{gap(2, OTHERS)}(?:touches|touching|touched) me\b(?! (?:that|how|with|by)\b)",
    (
        rf"{ONE}{gap(1, OTHERS)}(?:gets|comes|climbs|gets into|came|got|climbing) "
        r"(?:in|into) (?:to )?my (?:bed|bedroom at night|room at night)\b"
    ),
    rf"{ONE}{gap(1, OTHERS)}does (?:bad |sexual |horrible )?(?:things|stuff) to me\b",
    # locked in, watched, kept without money
    (
        rf"{ONE}{gap(1)}(?:will not|does not|never|would not|refuses to) (?:let|lets|allow) "
        r"me (?:leave|out of|go out of|to leave) (?:the|our|my) (?:house|home|flat)\b(?! keys)"
    ),
    rf"{ONE}(?:always |keeps )?lock(?:s|ing) me (?:in|up)\b",
    rf"{ONE}(?:controls|controlling|takes|steals) (?:all |everything )?(?:of )?(?:my|the|our) (?:money|pension|benefits|wages)\b",
    rf"{ONE}{gap(1)}controls everything i do\b",
    (
        rf"{ONE}{gap(1)}(?:will not|does not|never|would not) (?:let|lets|allow) me "
        r"(?:see (?:my friends|my family|anyone|my mum)|have (?:a phone|my phone|any money|friends)|out)\b(?! on\b)"
    ),
    rf"{ONE}(?:tracks my phone|checks my phone|follows me everywhere|is stalking me|keeps stalking me|stalks me)\b",
    rf"{ONE}{gap(2, OTHERS)}threatens (?:me|us|my (?:{PEOPLE})|to (?:hit|hurt|beat|take the kids))\b",
    rf"{ONE}{_HANDLES_ME}\b",
    r"\b(?:forcing|force|making|make|forced) me (?:to |into )(?:marry|marriage|a marriage|get married)\b",
    rf"{THEY}(?:is|are) (?:being|getting) (?:hit|beaten|abused|hurt|raped) by (?:her|his|their|my|our) (?:{FAMILY})\b",
    rf"\b(?:hiding|hide) (?:upstairs |in the [a-z]{{3,10}} |in my [a-z]{{3,10}} )?from (?:him|my (?:{FAMILY}))\b",
    # I am being hit
    (
        r"\b(?:i am|we are|i get|i keep) (?:being|getting) (?:abused|beaten|hit|hurt|raped|battered|attacked)\b"
        r"(?! by (?:staff|nurses|the ward|the system|patients)\b)"
    ),
    r"\bbeing (?:hit|beaten|abused) (?:at home|by my)\b",
    r"\bdomestic (?:violence|abuse) (?:in|at) (?:my|our|the) (?:house|home)\b",
    r"\b(?:suffering|living with|experiencing) domestic (?:violence|abuse)\b",
    # not safe in my own home; not "when he is discharged"
    (
        r"\b(?:i|we|kids|children) (?:am|are|do|feel|really|just|still){1,3} ?(?:do |am |are )?"
        r"(?:not|never) (?:feel |feeling |really )?safe "
        rf"(?:at home|in (?:my|our|this|the) (?:own )?(?:home|house|flat)|alone with (?:him|her))\b{_NOT_LATER}"
    ),
    rf"\b(?:do|am|are) not (?:feel |feeling )?safe (?:at home|in (?:my|our|this|the) (?:own )?(?:home|house|flat))\b{_NOT_LATER}",
    rf"\b(?:feel|am) unsafe (?:at home|in (?:my|our) (?:own )?(?:home|house|flat))\b{_NOT_LATER}",
    # I am scared of my husband, scared to go home; not "scared of him coming home"
    rf"\b{_FEAR} of (?:my )?{_FEARED}(?= (?:[.,]|(?:he|she|and (?:he|she|his|her)|at home|because|hurting|hitting)\b))",
    rf"\b{_FEAR} of (?:my )?{_FEARED} (?=[.,])",
    rf"\b{_FEAR} {_BEING_HOME}\b",
    # gets violent towards us
    (
        rf"{ONE}{gap(2, OTHERS)}(?:is|gets|getting|turns|been|becomes|becoming|being) {gap(1)}"
        r"(?:violent|abusive|physical) (?:with|towards?|to|at home|every|when (?:he|she) drinks)\b"
        r"(?! (?:staff|other|another|nurses|people|the staff|patients|himself|herself))"
    ),
    rf"{ONE}{gap(1)}gets violent\b",
)

# A blow or an injury; not when it is told as the past.
EVENTS = (
    # he hit me, he strangled my mum, she will hit me again
    rf"{ONE}{gap(2, f'said|says|{OTHERS}')}{_HIT} {HOME_VICTIM}(?! (?:hard|feelings|to|at|badly|like|by|that)\b)",
    rf"{ONE}{gap(3, OTHERS)}(?:will|going to|might) (?:hit|hurt|beat) me again\b",
    (
        rf"{ONE}{gap(1, OTHERS)}(?:pushed|threw|dragged|pinned|shoved|held|pulled|knocked) me "
        r"(?:down|against|onto|across|over|up against|to the|around|about|off|out of bed|by)\b(?! (?:the wheelchair|in my chair))"
    ),
    (
        rf"{ONE}{gap(1, OTHERS)}(?:grabbed|grabs|grabbing|had|got|has) "
        r"(?:me|my (?:mum|sister|brother|dad)) by the (?:throat|neck|hair|arms?|wrists?)\b"
    ),
    (
        rf"{ONE}{gap(1, OTHERS)}(?:threw|throws|chucked|lobbed) (?:a|an|the|his|her|things|stuff|plates) "
        rf"{gap(2)}at (?:me|us|my (?:{PEOPLE})|the (?:kids|children))\b"
    ),
    rf"{ONE}{gap(1, OTHERS)}(?:spat (?:at|on|in)|pulled my hair|twisted my arm|headbutted)\b",
    r"\b(?:gave|given) me (?:a black eye|bruises|a fat lip|a beating)\b",
    rf"{ONE}locked me (?:in|out of the house)\b",
    (
        rf"{ONE}(?:has |have )?(?:broke|broken|fractured|bruised|split|burst|dislocated) my "
        r"(?:arm|nose|rib|ribs|jaw|wrist|finger|fingers|leg|hand|lip|tooth|teeth|face|eye)\b"
    ),
)
