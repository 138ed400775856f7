"""Words in a report on which somebody must act tonight. A false alarm costs a look, a miss may cost a child.

This only ever raises a report, and says nothing about a person (KCSIE, part one: act at once).
"""

import re

_SELF = "(?:him|her|my|them|your)sel(?:f|ves)"
_CERTAIN = re.compile(
    rf"\b(?:kill(?:ing|ed)?|hang(?:ing|ed)?|cut(?:ting)?|hurt(?:ing)?|harm(?:ing)?|starv(?:e|ing)|burn(?:ing"
    rf"|t)?) {_SELF}\b"
    r"|\bself[- ]?harm(?:s|ed|ing)?\b|\boverdos(?:e|ed|ing)\b|\bsuicid(?:e|al)\b"
    r"|\bend (?:it all|it tonight|(?:his|her|their|my) (?:own )?life)\b|\b(?:want(?:s|ed)?|wish(?:es"
    r"|ed)?) (?:to (?:die|be dead)|(?:he|she|they|i) (?:was|were) dead)\b"
    r"|\bdo(?:es)?n't want to (?:be here|live|wake up|be alive)\b|\bbetter off (?:dead|without (?:me|him|her|them))\b"
    r"|\b(?:goodbye|good bye) (?:note|message|letter|video|post)s?\b|\bon (?:the|a) (?:bridge|roof|ledge"
    r"|railway|tracks)\b"
    r"|\b(?:going to|gonna|will|wants? to|threaten(?:s|ed|ing)? to|says? (?:he|she|they)(?:'ll| will)"
    r"|said (?:he|she|they)(?:'d| would))"
    r" (?:kill|stab|shoot|attack|rape|batter|burn|bomb|slash|jump|hurt|beat|bring a)\b"
    r"|\b(?:bring(?:s|ing)?|brought|has|have|got|carrying|holding|waving) (?:a |the |his |her |their )?(?:real "
    r"|kitchen |big )?(?:knife|blade|machete|gun|weapon|acid)\b"
    r"|\bknows? where (?:i|she|he|we|they|you) lives?\b|\boutside (?:my|his|her|our|their) (?:house|home|flat|door)\b"
    r"|\b(?:coming|come|came|going|round) (?:to|round to) (?:my|his|her|our|their) (?:house|home|flat)\b"
    r"|\b(?:nudes?|naked (?:picture|photo|image|pic)s?|intimate (?:picture|photo|image|video)s?"
    r"|sex(?:ual)? (?:picture|photo|image|video)s?"
    r"|(?:picture|photo|pic|video|image)s? of (?:her|him|them|a (?:pupil|girl|boy|child|student)) (?:naked"
    r"|undress\w+|in (?:her|his|their) underwear))\b"
    r"|\b(?:blackmail|sextort|groom)(?:s|ed|ing|ion)?\b|\bpay (?:him|her|them|up) or\b"
    r"|\b(?:not to|don't|mustn't|never) tell (?:\w+ )?(?:mum|dad|anyone|anybody|parents?|teachers?|school)\b"
    r"|\bour (?:little )?secret\b"
    r"|\b(?:meet(?:ing)?|met|see(?:ing)?)(?: up)?(?: with)? (?:a |an |some |this |the )?(?:\w+ )?(?:man|bloke"
    r"|adult|stranger|guy|someone|somebody)\b"
    r"|\b(?:gone missing|is missing|went missing|run(?:ning)? away|ran away|not come home|hasn't come home"
    r"|never got home)\b"
    r"|\b(?:stalk|follow)(?:ing|ed) (?:me|her|him|them) (?:home|to|from)\b|\bstalk(?:er|ing|ed)\b"
    r"|\b(?:posted|shared|leaked|put up) (?:my|her|his|our|their) (?:home )?address\b"
    r"|\bfight (?:tonight|tomorrow|after school|at|is planned|planned)\b|\bcounty lines\b|\bacid attack\b"
    r"|\b(?:bomb|terror) threat\b"
    r"|\b(?:join(?:ing)? isis|syria|isis)\b|\bwatch(?:ing)? me (?:from|through|outside)\b",
    re.IGNORECASE,
)
#: The same words where nobody is in danger.
_HARMLESS = re.compile(
    r"\b(?:fundrais\w+|charity|sponsor\w*|awareness|prevention (?:day|week|training|talk)|assembly|policy"
    r"|training|bake[- ]?off|bake sale"
    r"|novel|film|book club|documentary|lesson plan|display|leaflet|quiz|macbeth|romeo)\b",
    re.IGNORECASE,
)


def certain(text: str) -> bool:
    """Whether a report, normalised, holds words that are urgent whatever the model says.

    Policy 6.5.
    """
    for match in _CERTAIN.finditer(text):
        near = text[max(match.start() - 60, 0) : match.end() + 60]
        if not _HARMLESS.search(near):
            return True
    return False


#: What somebody writes about their own life, in a draft that nobody else sees. Far fewer than above: "We will beat
#: Oakfield" raises a report, and beside a draft it would only teach that the warning means nothing.
_OWN_LIFE = re.compile(
    r"\b(?:kill|hang|harm)(?:ing)? myself\b|\bend(?:ing)? (?:it all|it tonight|my (?:own )?life)\b"
    r"|\bi (?:just )?(?:want|wish|wanted) (?:to (?:die|be dead|end it)|i (?:was|were) dead)\b"
    r"|\bi (?:really )?(?:don't|do not) want to (?:live|be alive|wake up)\b|\bi can't go on(?: living)?[.!]*$"
    r"|\bi(?:'m| am| feel) suicidal\b|\bbetter off without me\b",
    re.IGNORECASE,
)


def own_life(text: str) -> bool:
    """Whether a draft, normalised, speaks of its author's own life as at risk. Policy 3.4."""
    return _OWN_LIFE.search(text) is not None
