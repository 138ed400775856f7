"""The acts of a concern, as a timeline says them."""

VERBS = {
    "safeguarding.raise_concern": "The safeguarding lead was told",
    "safeguarding.add_to_concern": "More was told",
    "safeguarding.pass_on_alert": "Unseen, it went on to the next person",
    "safeguarding.weigh_threshold": "The harm threshold was looked at",
    "safeguarding.note_action": "What was done was noted",
    "safeguarding.tag_concern": "Kinds of risk noted",
    "safeguarding.end_concern": "The concern ended",
    "safeguarding.note_own_duty": "Somebody told police or authority themselves",
    "safeguarding.concern_code": "A code given to come back with",
    "safeguarding.note_referral": "A step with somebody outside noted",
    "cases.note_referral": "A step with somebody outside noted",
    "safeguarding.raise_low_level": "A smaller worry was told",
    "safeguarding.settle_low_level": "What was done was noted",
    "safeguarding.raise_to_threshold": "Taken as more than low-level",
    "safeguarding.review_place": "Looked at together with others in one place",
}
