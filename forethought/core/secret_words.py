"""The words that `secrets.py` knows: what follows “the password is” in ordinary talk."""


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Words that hold a sentence together. None of them is a password, and a run of words with one in it is prose.
FUNCTION = _words(
    """
    a an the this that these those it its it's i im i'm i've we we're you your you're he he's she she's they
    they're them my mine our ours her hers his him their theirs me us who whom whose which what when where why
    how is are was were be been being am isn't aren't wasn't weren't do does did don't doesn't didn't has have
    had hasn't haven't hadn't can can't cannot could couldn't will won't would wouldn't shall should shouldn't
    may might must mustn't and or but so if then than because since while until unless although though as at
    by for from in into of off on onto out over under to up with without within about after before again
    against between during through via per like near not no nor never always often sometimes usually ever
    still yet already just only even also too very really quite rather almost nearly probably possibly maybe
    perhaps apparently actually obviously clearly currently recently today tomorrow yesterday tonight now
    later soon ago here there everywhere nowhere somewhere anyway however all any both each every everyone
    everybody everything anyone anybody anything someone somebody something nobody nothing none neither either
    some many most much more less few several enough another other others same such own one two three four
    five six seven eight nine ten once twice first second third last next let lets let's please thanks thank
    yes ok okay hello hi sorry hmm oh well eg ie etc n/a na tbc tbd go goes going went gone get gets got
    getting give gives gave given take takes took taken make makes made making say says said see sees saw seen
    tell tells told ask asks asked know knows knew known think thinks thought use uses used using try tries
    tried trying want wants need needs keep keeps kept put puts set sets find found come comes came look looks
    looked work works worked seem seems seemed mean means meant show shows showed shown share shares shared
    sharing write writes wrote written read reads send sends sent leave leaves left lose loses lost forget
    forgets forgot forgotten remember remembers remembered change changes changed changing reset resets
    resetting enter enters entered type types typed guess guesses guessed hold holds held choose chose chosen
    pick picked happen happens happened contact check checks checked believe believes hope hopes wonder
    wondered speak spoke spoken
    """
)

#: How a password can be, and what it is often said to be.
STATES = _words(
    """
    wrong right correct incorrect true false safe unsafe secure insecure strong stronger strongest weak weaker
    weakest secret private personal confidential public open unknown unclear clear obvious easy easier easiest
    hard harder hardest difficult simple simpler basic long longer short shorter old older oldest new newer
    newest recent current former previous original temporary permanent default different unique similar
    identical good better best bad worse worst fine great excellent terrible awful horrible rubbish useless
    pointless ridiculous silly stupid daft common generic random blank empty missing invalid valid active
    inactive available unavailable visible invisible hidden protected encrypted out-of-date outdated
    up-to-date well-known case-sensitive sensitive important essential compulsory mandatory optional necessary
    required needed recommended enough sufficient insufficient impossible possible likely unlikely responsible
    breached leaked stolen hacked cracked compromised exposed expired disabled enabled locked unlocked blocked
    rejected accepted refused denied saved stored cached copied pasted printed posted published circulated
    removed deleted cleared renewed updated replaced revoked withdrawn issued allocated assigned generated
    created agreed fixed broken dead due overdue late early ready useful helpful annoying worrying confusing
    inappropriate appropriate rude offensive abusive funny odd strange weird suspicious sure unsure certain
    uncertain happy unhappy aware unaware able unable free gone down away back online offline around everyday
    daily weekly monthly yearly termly annual regular regularly frequent frequently constantly easily quickly
    immediately straightaway simply together alone british english numeric alphanumeric numerical digital
    complex complicated memorable forgettable live pending automatic manual universal shareable redacted
    masked censored withheld undisclosed unchanged unaffected intact irrelevant relevant likewise suspected
    alleged known-to-all sacrosanct paramount key vital crucial legit legitimate lowercase uppercase
    """
)

#: What is spoken of around passwords in a school.
NOUNS = _words(
    """
    policy policies rule rules guidance advice training law legislation procedure procedures section page item
    question answer note notes notice reminder reminders request requests hygiene security safety protection
    protector management manager managers generator generators vault vaults keeper book list lists sheet file
    files folder document documents field box boxes screen form forms prompt link links hint hints recovery
    expiry strength length complexity history age sharing theft fishing phishing attack attacks breach
    breaches leak leaks incident incidents problem problems issue issues trouble error errors failure username
    usernames user users login logins email emails e-mail mail account accounts profile profiles name names
    number numbers code codes letter letters digit digits character characters word words staff pupil pupils
    student students child children parent parents carer carers governor governors teacher teachers head
    headteacher colleague colleagues admin administrator office technician support helpdesk team people person
    man woman boy girl friend friends class classes year group groups school schools trust council police
    company computer computers laptop laptops tablet tablets phone phones mobile device devices machine app
    apps site sites website websites system systems network wifi internet web facebook instagram snapchat
    whatsapp tiktok twitter google microsoft apple youtube teams zoom moodle classroom outlook gmail icloud
    office365 board whiteboard wall desk drawer cupboard post-it paper time times minute minutes hour hours
    day days week weeks month months term terms date dates reason reasons way ways thing things part parts
    matter case cases evidence report reports meeting meetings lesson lessons details detail info information
    data fingerprint face face-id biometric biometrics authenticator authentication verification nurse doctor
    door gate building room rooms reset resets change changes
    """
)

#: How people sign in that is not a password: “with Google / Apple”, “as staff / pupil”.
SIGN_IN_WAYS = (
    STATES | NOUNS | FUNCTION | _words("password passwords pin pins passcode passkey passkeys sso saml oauth x.com")
)

ORDINARY = FUNCTION | STATES | NOUNS

_ENDINGS = ("able", "ible", "ful", "less", "ous")
_NOT_VERBS = _words(
    """
    red bed ted fred alfred wilfred seed weed speed mohammed muhammed ahmed hamed saeed hundred sacred shed
    sled king ring spring string starling sterling darling viking duckling wing sing bling sibling pudding
    wedding building ceiling earring wellington nothing redwing lightning herring stocking
    """
)


def is_ordinary(word: str) -> bool:
    """Whether a small-letter word is what people say of passwords, by the list or by its ending."""
    word = word.replace("’", "'").replace("‘", "'")
    if word in ORDINARY or word.endswith("n't"):
        return True
    if "-" in word:
        return all(part in ORDINARY or is_ordinary(part) for part in word.split("-") if part)
    if word.endswith(_ENDINGS):
        return True
    return len(word) > 4 and word.endswith(("ed", "ing")) and word not in _NOT_VERBS
