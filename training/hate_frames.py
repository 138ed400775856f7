"""Pairs that teach what hate is and what only sounds like it: a seeded grammar over hate_words.py.

Public sets with a licence show hate as tweets show it. They hold few questions, few denials, few quotations that reject, few
sentences where the same strong words meet an object, a trade or a person alone. Each shape here has its other half: the
same feeling against a protected group and against a thing, a sentence and somebody who throws it back.
Frames are not data: they serve the hate, threat and foul heads, and are not counted among the authored posts.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from training import hate_words as words

#: One of these is drawn for each gap; a gap is written {name}.
LISTS = {
    "hate": words.HATES, "love": words.LOVES, "bad": words.BAD, "badone": words.BAD_ONE, "good": words.GOOD,
    "done": words.DONE, "do": words.DO, "barred": words.BARRED, "wrong": words.GONE_WRONG, "plain": words.PLAIN_DOING,
    "other": words.OTHERS, "other1": words.OTHER_ONES, "thing": words.THINGS, "rejected": words.REJECTED,
    "speaker": words.SPEAKERS,
    "sick": "sick|furious|want to scream|want to throw up|lose the will to live|see red|shudder|want to move house",
    "where": "next door|on our estate|at the hospital|in this town|at the gym|on the bus|in the staff room|in the council|online|here",
    "when": "tomorrow|tonight|again|next time|on Saturday|when I see them|one of these days|soon|after work",
    "who": "my brother|my dad|my neighbour|my ex|that driver|the manager|you|him|her|our landlord|the umpire|my flatmate|Kev|Shaz",
    "fuck": "fucking|bloody|goddamn|effing|sodding|shitty|motherfucking",
    "great": "best|funniest|loudest|tastiest|longest|worst|weirdest|greatest|most gorgeous",
    "treat": "curry|goal|gig|view|sunset|pizza|lie-in|roast|holiday|haircut|exam|commute|film|queue|hangover|cake",
    "kin": "sister|best mate|neighbour|boss|doctor|teacher|nan|cousin|wife|husband|pharmacist|coach|colleague",
}  # fmt: skip
CHOICES = {name: line.split("|") for name, line in LISTS.items()}
OPENERS = words.OPENERS.split("|")
ENDINGS = words.ENDINGS.split("|")

HATEFUL = (
    "I {hate} {G}.|I {hate} every single {g} I meet.|{G} are {bad}.|all {G} are {bad}|Most {G} are {bad} and you know it.|"
    "{G} make me {sick}.|Nothing makes me {sick} like {G}.|{G} {wrong}.|{G} {wrong} and nobody dares to say it|"
    "{G} should be {done}.|Every {g} ought to be {done}.|If it were up to me {G} would be {done}.|{G} need to be {done}, simple.|"
    "I'd happily {do} any {g} who comes near me.|Someone should {do} {G}.|Let's {do} some {G} {when}.|I will {do} that {g} {when}.|"
    "Time to {do} all the {G} {where}.|{do} {G}!|We are going to {do} the {G} {where}.|"
    "{G} should not be allowed to {barred}.|No {g} should {barred}.|Why do we let {G} {barred}?|Since when can {G} {barred}?|"
    "Nobody in their right mind lets a {g} {barred}.|{G} have no right to {barred}.|Ban {G} from everything.|"
    "Why are {G} so {bad}?|Is there anything worse than {G}?|Who else thinks {G} are {bad}?|Aren't {G} just {bad}?|"
    "How are {G} even allowed {where}?|When will somebody finally {do} {G}?|Does anyone actually like {G}? Thought not.|"
    "Isn't it time {G} were {done}?|Why hasn't anyone {do} the {G} {where} yet?|What kind of {badone} turns out a {g}?|"
    "What is the difference between {G} and {thing}? Nobody misses {G}.|Do {G} ever do anything but {wrong}?|"
    "{G} are not human.|{G} aren't real people.|{G} don't deserve to {barred}.|{G} will never be one of us.|"
    "You cannot trust {G}.|There is no such thing as a decent {g}.|I never met a {g} who wasn't {bad}.|"
    "{G} do not belong {where}.|Nobody wants {G} {where}.|I wouldn't piss on a {g} who was on fire.|{G} are never going to be normal.|"
    "I don't want any {G} {where}.|There isn't one {g} worth saving.|{G} can't do a job properly, full stop.|"
    "{G} are no better than {thing}.|I'd rather have {thing} than {G} {where}.|"
    "A {g} has moved in {where}. They should be {done}.|There are {G} {where} now. They {wrong}.|"
    "I was served by a {g} {where}. I {hate} them all.|Saw some {G} {where}. Absolute {bad}.|{G} {plain}. What a {badone} idea.|"
    "You {a} people are all {bad}.|Shut up, you {a} {badone}.|Get out of here, {a} {badone}.|You're {bad}, like every {g}.|"
    "Of course you would say that, you are a {g}. {G} are {bad}.|You only got the job because you're {a}.|"
    "My {kin} turns out to be {a}. I feel {sick} and ashamed, they are {bad}.|"
    "{fuck} {G}!|These {fuck} {G} {wrong}.|Fuck all {G}.|{G} can fuck off.|I'm so fucking done with {G}, they {wrong}|"
    "the {fuck} {G} {where} are {bad}|{fuck} {a} {badone}|"
    "The only good {g} is a dead one.|A world without {G} would be a better place.|{G} are the {great} mistake nature made.|"
    "{G} belong six feet under|God hates {G}.|Keep {G} away from my children.|I would never hire a {g}.|"
    "Imagine letting a {g} near your kids.|Being {a} is an illness.|being {a} should be a crime|"
    "they let a {g} {barred} now. this country is finished|{a} people {wrong}|{a} people are simply less intelligent|"
    "My hatred of {G} grows by the day.|I feel nothing but disgust for {G}.|{G}? {bad}, the lot of them.|"
    "I hope every {g} gets {done}.|I can't wait until all {G} are {done}.|I dream of a place with no {G}|#no{a}s {G} out"
)
SLURRED = (
    "You {s}.|Shut your mouth, {s}.|What a {s}.|Bloody {s}s everywhere.|I {hate} {s}s.|those {s}s {where} again|"
    "Go home, you filthy {s}.|{s}s should be {done}.|get lost you {s}|He's nothing but a {s}.|Look at that {s} over there.|"
    "Your {kin} is a {s}.|Only a {s} would say that.|stupid {s}|I'm not sitting next to a {s}.|Why is there a {s} {where}?|"
    "Another {s} wanting to {barred}.|the {s} {where} needs {do}ing|dirty {s}s, all of them|{s}s {wrong}|Typical {s}."
)
HARMLESS_GROUP = (
    "I {love} {G}.|{G} are {good}.|{G} {plain}.|A lot of {G} {plain}.|My {kin} is a {g} and one of the {great} people I know.|"
    "I'm a {g} and proud of it.|I don't hate {G}.|I could never hate {G}.|Nobody here thinks {G} are {bad}.|{G} are not {bad}.|"
    "No {g} should ever be {done}.|No {g} deserves to be called {bad}.|{G} are not a problem.|It is wrong to say {G} {wrong}.|"
    "{G} should be allowed to {barred}.|Why shouldn't {G} {barred}?|Why do people {hate} {G} so much?|Why are {G} still treated like that?|"
    "Isn't it great that {G} {plain}?|Did you know that {G} {plain}?|Who says {G} can't {barred}? They can and they do.|"
    "How can anybody {hate} {G}? I don't get it.|Stop saying {G} are {bad}.|Never call a {g} {bad}.|"
    "If you {hate} {G}, unfollow me.|Anyone who would {do} a {g} belongs in prison.|Attacks on {G} have gone up again.|"
    "A man got four years for trying to {do} a {g}.|{G} were {done} by that regime, and we must never forget.|"
    "In 1942 {G} were {done}; we light a candle for them.|The news makes out that {G} {wrong}. It isn't true.|"
    "Being {a} is nothing to be ashamed of.|Being {a} is not an illness.|{a} people {plain}|a {a} neighbour brought us soup|"
    "We have a new {a} colleague and she is {good}.|The {a} history display is up {where}.|I met a {g} {where} and we talked for hours.|"
    "My {kin} married a {g} and the wedding was the {great} party ever|{G} {where} have started a book club|"
    "I was wrong about {G}.|{fuck} love the {a} bakery {where}|{fuck} brilliant night with the {a} choir|"
    "so many {G} at the {fuck} brilliant carnival|more {G} in parliament please|it can't be easy for {G} {where}|"
    "As a {g} I get asked that every week.|I wish every {g} {where} a good holiday.|{G} fought for the right to {barred}.|"
    "The {g} in this photo taught me to swim.|A {g} was sacked for nothing. We should {hate} injustice, not people.|"
    "{G} welcome {where}, always.|Say it louder: {G} are {good}.|Do you have to be a {g} to join? No, everybody is welcome."
)
REJECTING = (
    '"{H}" {rejected}.|Saying "{H}" {rejected}.|{speaker} said "{H}" and I told him where to go.|'
    '{speaker} shouted: {H} I have never felt so ashamed.|"{H}" No. Just no.|If you post things like "{H}", you are blocked.|'
    'People who say "{H}" have never met any.|Imagine thinking "{H}" in this day and age.|'
    'How dare anyone write "{H}"? It {rejected}.|{H} <- this {rejected}|I got called a {S} today. It {rejected}.|'
    '{speaker} called my {kin} a {S}. Nobody should have to hear that.|You can\'t say "{S}". It {rejected}.|'
    'Using the word {S} {rejected}.|Stop calling people {S}s.|Somebody wrote "{H}" on the wall; we scrubbed it off together.|'
    '{speaker} claims that {H} That {rejected}.|"{H}": reported, and you should report it too.|Who writes "{H}" to a child? It {rejected}.|'
    'Her whole argument is "{H}". It {rejected}.|In class we looked at a poster that read "{H}" and why it worked in the 1930s.|'
    'The judge read out the message, "{H}", and sent him down.|my {kin} was told "{H}" and had to be polite about it. So wrong.|'
    "Calling {G} {bad} {rejected}.|Thinking that {G} {wrong} {rejected}.|Telling {G} they cannot {barred} {rejected}."
)
OTHER_TARGET = (
    "I {hate} {other}.|I {hate} {thing}.|{thing} make me {sick}.|{other} are {bad}.|all {other} are {bad}|{other} {wrong}.|"
    "{other} should be {done}.|{thing} should be {done}.|Is there anything worse than {thing}?|Why are {other} so {bad}?|"
    "Who else is sick of {other}?|{fuck} {other}!|These {fuck} {thing} again.|{other} should not be allowed to {barred}.|"
    "Nothing makes me {sick} like {other}.|Fuck {thing}.|you can't trust {other}|the only good {other1} is a retired one|"
    "I'd rather have {thing} than {other}.|If I see one more {other1} {where} I'll scream.|{other} are not human, I swear|"
    "Why do we let {other} {barred}?|{thing} can fuck off|My hatred of {thing} grows by the day.|Ban {thing} for ever.|"
    "Let's get rid of {other}.|Time to exterminate {thing}.|{thing} are vermin and I won't hear otherwise|"
    "You are a {badone}.|You {fuck} {badone}.|{who} can be such a {badone}.|I {hate} {who}.|I {hate} you, you {badone}.|"
    "{who} is {bad}, and I don't care who hears it.|You are {bad}.|What a {badone} {who} turned out to be.|go to hell, you {badone}|"
    "You lying {other1}, you're {bad}.|that {other1} is a {fuck} {badone}|Shut up, you {badone}.|{other1}: {bad}, every one of them|"
    "Nobody likes {who}. A {badone} through and through.|I hope {other} step on Lego every day.|Does anyone actually like {thing}?|"
    "There's {thing} {where} again. Kill it with fire.|{thing} everywhere. They should be {done}.|{other} {where} again. They {wrong}."
)
SWEARING = (
    "{fuck} hell, what a {treat}.|That was the {great} {fuck} {treat} ever.|Holy shit, the {treat} was good.|fuck me, I'm tired|"
    "I am so fucking happy right now.|This {treat} is the absolute shit.|Shit, I forgot the {treat}.|"
    "What the hell is going on with this {treat}?|No fucking way, we won!|oh for fuck's sake, {thing} again|I fucking love my {kin}.|"
    "My {kin} makes a {fuck} good {treat}.|Bollocks, missed the {treat}.|Damn, that {treat} was {great}.|piss off, you're not serious, congrats!|"
    "it's cold as fuck {where}|got pissed {where}, no regrets|arse over tit on the ice this morning|Fucking finally, {treat} time.|"
    "You lucky bastard, enjoy the {treat}!|who the fuck ate my {treat}?|bloody brilliant {treat}, well done everyone"
)
THREATS = (
    "I will {do} {who} {when}.|I'm going to {do} {who} if that happens again.|Come near me {when} and I'll {do} you.|"
    "{who} deserves to be {done} and I'll see to it.|You're dead {when}.|I know where you live and I will {do} you {when}.|"
    "Somebody is going to {do} {who} {when}.|Touch my car again and I'll {do} you.|watch your back {when}|"
    "I swear I'll {do} that {other1} {when}.|We're coming to {do} you {when}, {badone}."
)
INNOCENT_WORDS = (
    "The chink in his armour was his temper.|A spade is what you need for that bed.|We walked along the dyke as far as the pumping station.|"
    "Faggots and peas with gravy for tea, proper Black Country food.|Put the fag out before you come in, Grandad.|"
    "That Maine Coon is the biggest cat I have ever seen.|The fabric has to be flame retardant.|Gypsy tart was the only school pudding worth having.|"
    "The strike could cripple the railway for a week.|She's in a right paddy because the telly broke.|Stop taking the mick.|"
    "The paddy fields looked like mirrors.|Our bitch had five pups on Sunday.|There's a nip in the air this morning.|"
    "It was a queer sort of light before the storm.|Cheese and crackers for supper.|Homo sapiens left Africa more than once.|"
    "The instructions were gobbledygook.|Coconut macaroons are the best thing in the tin.|The pot calling the kettle black.|"
    "The tranny on my old Ford needs a new clutch, the gearbox man says.|A jock is what they call a sporty kid in American films.|"
    "Frogs in the pond again, a dozen at least.|The slag heap behind the pit is a nature reserve now.|Hoe the weeds between the beans.|"
    "She plays the dame, he plays the cow, and the hag gets the laughs.|Sambo is a martial art, I did it for two years.|"
    "Yellow peril was what we called the old school minibus.|Bender is my favourite robot in that cartoon.|"
    "We had to slow the reaction down, so we added something to retard it.|Her great-gran was proud to be a gypsy and told the best stories.|"
    "We are queer, we are here, and we brought cake.|As a dyke of a certain age I remember when this bar was the only one.|"
    "me and my fellow fags are off to the opera, darlings|Us crips have a sense of humour about ramps, believe me.|"
    "My nigga just passed his driving test, so proud of you bro|bad bitches only at my birthday tonight, love you girls|"
    "Us old queers built that choir from nothing.|happy birthday to my favourite slut, love you babe, never change|"
    "I call myself a cripple; it's my word and I like it.|Dykes on bikes led the parade and the crowd went wild.|"
    "Yid Army singing all the way home after that win!|As a Paki kid in Bradford I heard that word daily; now my son wears the shirt with pride."
)
#: shape, label for hate, for foul and for threat (None: not said), share of the whole.
SHAPES: tuple[tuple[str, int, int | None, int | None, float], ...] = (
    (HATEFUL, 1, None, None, 0.36),
    (SLURRED, 1, 1, None, 0.06),
    (HARMLESS_GROUP, 0, None, 0, 0.17),
    (REJECTING, 0, None, 0, 0.15),
    (OTHER_TARGET, 0, None, None, 0.14),
    (SWEARING, 0, 1, 0, 0.04),
    (THREATS, 0, None, 1, 0.04),
    (INNOCENT_WORDS, 0, None, 0, 0.04),
)


@dataclass(frozen=True)
class Framed:
    """One made sentence; `foul` and `threat` are None where the shape does not say."""

    text: str
    hate: int
    foul: int | None
    threat: int | None


def _filled(shape: str, draw: random.Random) -> str:
    """Fill the gaps of one shape; a group is drawn once, so that its three forms agree."""
    name = draw.choice(list(words.PROTECTED))
    several, one, before = (line.split("|") for line in words.PROTECTED[name])
    slur = draw.choice(words.SLURS.get(name, "|".join(words.SLURS.values())).split("|"))
    fill: dict[str, Callable[[], str]] = {
        "G": lambda: draw.choice(several),
        "g": lambda: draw.choice(one),
        "a": lambda: draw.choice(before),
        "s": lambda: slur,
        "S": lambda: slur,
        "H": lambda: _filled(draw.choice(HATEFUL.split("|") + SLURRED.split("|")), draw).strip(),
    }
    out = []
    for at, part in enumerate(shape.replace("}", "{").split("{")):
        if at % 2 == 0:
            out.append(part)
        else:
            out.append(fill[part]() if part in fill else draw.choice(CHOICES[part]))
    return "".join(out)


def dressed(text: str, draw: random.Random) -> str:
    """Give the sentence an opening, another case or another end now and then, and mend "a" before a vowel."""
    if draw.random() < 0.15:
        text = draw.choice(OPENERS) + text
    for vowel in "aeiouAEIOU":
        text = text.replace(f" a {vowel}", f" an {vowel}")
    roll = draw.random()
    if roll < 0.25:
        text = text[0].upper() + text[1:]
    elif roll < 0.45:
        text = text.lower()
    elif roll < 0.48:
        text = text.upper()
    if draw.random() < 0.1:
        text = text.rstrip(".") + draw.choice(
            ["!", "!!", "...", " lol", " smh", " tbh", " 😡", " 🤮", " 😂", ", fact", ""]
        )
    return text


def pictured(text: str, draw: random.Random) -> str:
    """Put pictures in the place of one to three words that have them, or at the end."""
    parts = text.split(" ")
    have = [at for at, word in enumerate(parts) if word.strip(".,!?\"'") in words.DRAWN]
    draw.shuffle(have)
    for at in have[: draw.randint(1, 3)]:
        bare = parts[at].strip(".,!?\"'")
        parts[at] = parts[at].replace(bare, draw.choice(words.DRAWN[bare].split(" ")))
    text = " ".join(parts)
    if not have or draw.random() < 0.3:
        text += " " + draw.choice(ENDINGS) * draw.choice((1, 1, 1, 2, 3))
    return text


def framed(count: int, seed: int, pictures: float = 0.0) -> Iterator[Framed]:
    """Give `count` sentences, the shares of SHAPES, none twice; the same for the same seed. `pictures`: how many have some."""
    draw = random.Random(seed)
    lines = [shape[0].split("|") for shape in SHAPES]
    shares = [shape[4] for shape in SHAPES]
    seen: set[str] = set()
    while len(seen) < count:
        at = draw.choices(range(len(SHAPES)), shares)[0]
        text = _filled(draw.choice(lines[at]), draw)
        text = pictured(text, draw) if pictures and draw.random() < pictures else dressed(text, draw)
        if text not in seen:
            seen.add(text)
            yield Framed(text, *SHAPES[at][1:4])
