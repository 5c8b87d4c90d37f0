"""What only sounds like danger: ordinary phrases, and what is told as the past."""

from alongside.core.safety.vocabulary import any_of

# The rest of a thought, up to the "and" or "but" with which a new one begins.
_CLAUSE = "(?:(?!(?:and|but) )[a-z0-9]{1,20} ){0,14}"
_TELL = "(?:tell|warn|ring|phone|call|inform|contact|notify|alert|let)"
# Whoever asks a carer about suicide as part of their work; "I was asked" too.
_ASKER = any_of(
    "nurses?|doctors?|dr|gp|psychiatrist|consultant|worker|staff|they|form|questionnaire|police|team|counsellor|lady",
    "everyone|people|was|got|been|being|be",
)
_DOING = any_of(
    "suicidal",
    "feeling suicidal",
    "(?:kill|killing|hurt|hurting|harm|harming|cut|cutting) (?:myself|himself|herself|themselves|anyone|anybody)",
)
# Killing and dying as a manner of speaking.
_SAYINGS = any_of(
    "to die for",
    "kill time",
    "killing time",
    "kills me to",
    "killed me to",
    "die of (?:shame|embarrassment)",
    "(?:bored|worried|scared|sick) to death",
)

# Questions about staff, denials, figures of speech: taken out of the text, in this order, before danger is looked for.
ORDINARY = (
    # would staff tell me if he ... ; the carer's own "if I ..." stays
    (
        r"\b(?:will|would|do|does|should|must|can|could|may|to|no|even|be|being|get|they) "
        r"(?:(?:the |a )?(?:staff|ward|team|hospital|unit|nurses?|doctors?|they|you|anyone|someone|somebody) )?"
        rf"(?:even |ever |always |no ){{0,2}}{_TELL} (?:me|us|family|the family|families|relatives|carers|you|them)(?: know)? "
        rf"(?:straight away )?(?:if|when|whether|in case) (?!i ){_CLAUSE}"
    ),
    (
        r"\b(?:be|being|been|get|getting|got) "
        rf"(?:told|warned|informed|rung|phoned|called|contacted) (?:if|when|whether) (?!i ){_CLAUSE}"
    ),
    (
        rf"\b(?:if|when) (?!i ){_CLAUSE}(?:, )?(?:would|will|do|does|should|must|can) "
        r"(?:they|staff|the ward|the staff|the hospital|anyone) "
        rf"(?:have to |need to |get |be ){{0,2}}(?:{_TELL}|told|informed|rung|warned)\b"
    ),
    # what happens, what do staff do, if he ...
    (
        r"\bwhat (?:will |would |does |do )?(?:happens?|(?:the )?(?:staff|they|nurses|ward|hospital) do) "
        rf"(?:to (?:him|her) )?(?:if|when) (?!i ){_CLAUSE}"
    ),
    # a professional's question, told again
    (
        rf"\b{_ASKER} (?:has |have |had |just |even |always |also |keeps? ){{0,2}}(?:ask|asks|asked|asking) "
        rf"(?:me |him |her |us |them |my [a-z]{{2,12}} )?(?:if|whether|about|am i|are you|do i|do you) {_CLAUSE}"
    ),
    rf"\basked (?:me |him |her )?(?:if|whether) {_CLAUSE}(?:, )?(?:and|but) (?:i|he|she) said no\b",
    r"\bdid (?:he|she|they|[a-z]{2,12}|my [a-z]{2,12}) (?:really )?(?:try|attempt|want|mean) to [a-z]{2,12} [a-z]{2,12}",
    # a question about the relative's state
    (
        r"\b(?:is|are|was) (?:he|she|they|my [a-z]{2,12}) (?:really |still |actually )?"
        r"(?:suicidal|(?:having|thinking) [a-z]{2,8} of suicide)\b"
    ),
    # a denial
    (
        r"\b(?:not|never|no longer|nobody is) "
        rf"(?:actually |really |ever |at all |saying i am |going to |planning to |trying to |being ){{0,2}}{_DOING}"
    ),
    rf"(?<!promise i )(?<!promise )\b(?:will|would|could) (?:not|never) (?:ever |actually |really )?{_DOING}",
    (
        r"\bdo(?:es)? not (?:actually |really )?want to "
        r"(?:die|kill (?:myself|himself|herself)|(?:hurt|harm) (?:myself|himself|herself)|end (?:my|his|her) life)\b"
    ),
    (
        r"\b(?:no|not any) (?:plans?|intention|thoughts?) (?:to|of) "
        r"(?:end|ending|kill|killing|harm|harming) (?:my life|his life|her life|myself|himself|herself)"
    ),
    r"\b(?:denies|denied) (?:being |feeling |that (?:he|she) (?:is|was) )?(?:suicidal|suicide|wanting to die)\b",
    # the carer's own past
    (
        r"\b(?:tried|attempted|used|wanted) to (?:kill|hurt|harm|cut|hang|drown) myself "
        r"(?:[a-z]{1,12} ){0,4}(?:years ago|in (?:19|20)\d\d|as a [a-z]{2,10}|when i was)"
    ),
    r"\bused to (?:self harm|cut myself|hurt myself|harm myself)\b",
    # figures of speech
    r"\b(?:is|are|was|be) (?:just |absolutely |really )?killing (?:me|us|him|her|my [a-z]{2,12})\b",
    (
        r"\b(?:could|would|to) (?:kill|murder) (?:for )?(?:a|an|some|my bed|that|the time|time)\b"
        r"(?! (?:man|woman|nurse|doctor|patient|child|baby)\b)"
    ),
    r"\bdying (?:to (?!get out of this life)[a-z]{2,12}|for a|of (?:embarrassment|boredom|thirst|cold))\b",
    rf"\b{_SAYINGS}\b",
    r"\b(?:kill|killing|killed) myself (?:laughing|to get|trying to get|with work|working|doing|at work|over)\b",
    r"\b(?:cut|cutting) (?:myself|himself|herself|themselves) (?:off|some slack|out|down|shaving)\b",
    (
        r"\b(?:hurt|hurting|cut|burn|burnt) (?:myself|himself|herself) "
        r"(?:lifting|on the|falling|moving|playing|at|doing|cooking|by accident|shaving|with things)\b"
    ),
    r"\b(?:beat|beats|beating|beaten) (?:me|us|him|her|mum|dad|my [a-z]{2,12}) (?:to|at)\b",
    r"\b(?:hit|hits) (?:me|us|him|her|mum|dad|my [a-z]{2,12}) (?:hard|badly|like a|that|when i realised|for six|with the news)\b",
    # illness and death that are no violence, words of policy, meals
    (
        r"\bsuicide "
        r"(?:watch|prevention|awareness|bereavement|risk|risks|group|training|policy|course|attempt|rates?|helpline|leaflet)\b"
    ),
    r"\b(?:knife|gun|weapon|blade) (?:crime|offence|charge|conviction|and fork|arch|amnesty|skills)\b",
    r"\b(?:plastic|butter|bread|cake) knife\b",
    r"\bsafety plan\b",
)

# Where the relative was taken.
_CARE = any_of(
    "secure|locked|hospital|prison|unit|ward|medium|low|high",
    "broadmoor|rampton|ashworth|carstairs",
    "intensive|icu|a and e|recovery",
)

# Told as the past. In a sentence with one of these, the phrases marked as events do not count ...
_PAST = any_of(
    # how long ago it was
    "years? ago|months? ago|weeks? ago",
    "last (?:year|month|time|summer|christmas)",
    r"in (?:19|20)\d\d",
    "long ago|used to|in the past|back then|back in",
    "before (?:he|she|they|hospital|admission|being|going|this|the|coming|my|i)",
    "when (?:he|she|they|i|we) (?:was|were|first|got|became|had)",
    "as a (?:child|kid|teenager)",
    "(?:the|that) (?:day|night|week|time) (?:he|she|they|i)",
    # a court has dealt with it
    "offence|convicted|arrested|charged|sentenced",
    # it is told as the reason for what came later
    "(?:after|since|because|why) (?:he|she|they|(?:my )?[a-z]{2,15}) (?:tried|attempted|took|hit|attacked|stabbed|hurt)",
    "(?:after|following) (?:an|his|her) overdose",
    # the relative is in hospital or in prison because of it
    rf"(?:is|are|was|been|got|put|now) (?:back )?in (?:a |the |an )?{_CARE}",
    "sectioned|admitted|detained|ended up|went into",
    "how (?:he|she) (?:came|got|ended)",
    # others have dealt with it
    "police came|victim",
)
PAST = rf"\b{_PAST}\b"

# ... unless the same sentence says that it was just now.
_JUST_NOW = any_of(
    "today|tonight|last night|yesterday",
    "this (?:morning|afternoon|evening)",
    "just now|right now",
    "(?:minutes?|mins?|hours?) ago",
    "half an hour ago",
    "(?:has|have|is) just",
    "now (?:he|she|they) (?:has|have|hit|took|tried|is)",
)
JUST_NOW = rf"\b{_JUST_NOW}\b"
