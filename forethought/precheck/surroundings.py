"""What stands around a name or a number and says what it is: class, family, staff, fiction, an office.

All patterns are read without regard to case, and none repeats a repeat, so no text makes them slow.
"""

import re

NUMBER_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
SUBJECTS = (
    "maths?|english|science|history|geography|french|spanish|german|latin|music|art|drama|dance|computing|it|re"
    "|rs|pe|dt"
    "|biology|chemistry|physics|psychology|sociology|phonics|reading|spelling|literacy|numeracy|swimming|intervention"
)

#: A class, a year, a set or a group of children.
CLASS = re.compile(
    rf"\b(?:(?:year|yr|y) ?(?:1[0-3]|[1-9]|{NUMBER_WORDS})s?\b(?: ?[a-z]\b)?|(?:1[0-3]|[1-9]|r)[a-hklprstwx]{{1,2}}\b"
    rf"|(?:my|our|the|his|her|form|class|set|room) (?:(?:top|bottom|lower|higher|new|little) )?(?:(?:{SUBJECTS}) )?"
    r"(?:class|set|form|tutor group|group|lot|tutees?|lesson)\b"
    r"|tutor group|reception class|(?:in|from) (?:reception|nursery|sixth form|foundation stage)\b"
    r"|(?:first|second|upper|lower) (?:form|sixth)\b)",
    re.IGNORECASE,
)

#: Somebody's family, after a name.
FAMILY = (
    "mum|mam|mom|mummy|dad|daddy|nan|nana|gran|grandma|grandad|grandparents?|parents?|mother|father|step-?mum"
    "|step-?dad"
    "|carer|carers|foster (?:mum|dad|carers?|parents?)|sister|brother|siblings?|family|auntie|uncle|social worker"
)

#: What is only said of a child at school.
CHILD = re.compile(
    r"\b(?:pupils?|students?|tutees?|child|kid|kids|schoolboy|schoolgirl|youngster|(?:boy|girl|lad|lass)(?: in"
    r"| from)|detention"
    r"|exclu(?:ded|sion)|suspended|isolation|homework|reading record|book bag|behaviour point|house points?|ehcp"
    r"|send support|sats|mocks?|gcses?|a-?levels?|phonics|free school meals|pupil premium|child protection"
    r"|year (?:\d+|group)"
    r"|parents'? evening|school report|playtime|playground|carpet time|golden time|star of the week|lesson|classroom"
    r"|intervention|safeguarding|social services|mum|dad|nan|class|tutor group|my set|form group)\b",
    re.IGNORECASE,
)

#: What a teacher says of a child without saying that it is one.
PRAISE = re.compile(
    r"\b(?:proud of|well done|congratulations|congrats|happy birthday|shout ?out|bless (?:him|her)|good luck|star of"
    r"|welcome back|get well|called me|told me|asked me|made me|threw|bit|hit|kicked|spat|swore|cried"
    r"|wet (?:him|her)self"
    r"|poor (?:lad|love|boy|girl|thing|mite)|won|read|wrote|finally|again)\b",
    re.IGNORECASE,
)

#: A grown-up's own life, or a colleague: a first name beside it is not a pupil's.
OWN_LIFE = re.compile(
    r"\b(?:my|our) (?:own )?(?:eldest|youngest|middle|little|big|baby|late|dear|lovely|new|wonderful"
    r"|best)? ?(?:son|daughter|husband"
    r"|wife|partner|boyfriend|girlfriend|fianc[eé]e?|brother|sister|nephew|niece|grandson|granddaughter"
    r"|grandchild|cousin|boy|girl"
    r"|dog|cat|puppy|kitten|hamster|rabbit|horse|tortoise|friend|mate|colleague|godson|goddaughter|kids|children)\b"
    r"|\bmy (?:eldest|youngest|middle one|little one|lad|lass|twins?|baby|family)\b|\b(?:wedding|hen do|stag do"
    r"|anniversary|wine|prosecco|pub|gin|cocktails|our dog|the dog|the cat)\b"
    r"|\bat the (?:hairdresser|barber|garage|chemist|pharmacy|baker|butcher|vet|dentist|surgery|gym|market|caf[eé]"
    r"|chippy|salon|garden centre|post office|bank|corner shop)"
    r"|\bmy (?:hairdresser|plumber|builder|physio|neighbour|landlord)\b",
    re.IGNORECASE,
)

#: An animal, which may be called like a child.
PET = re.compile(
    r"\b(?:dog|puppy|pup|cat|kitten|hamster|gerbil|guinea pig|rabbit|pony|horse|goldfish|tortoise|parrot|budgie|hen"
    r"|spaniel|labrador|lab|poodle|cockapoo|terrier|whippet|greyhound|collie|dachshund|pug|tabby)s?\b",
    re.IGNORECASE,
)

#: Somebody who works there.
STAFF = re.compile(
    r"\b(?:teachers?|ta|tas|teaching assistants?|headteacher|head|deputy|senco|caretaker|site manager|governor"
    r"|colleagues?|staff"
    r"|cook|cleaner|secretary|receptionist|nqt|ect|trainee|supply|(?<!class )(?<!pupil )(?<!junior )librarian"
    r"|author|illustrator|actor|singer"
    r"|footballer|coach"
    r"|mayor|mp|vicar|reverend|player|striker|goalkeeper|poet|scientist|king|queen|saint)\b",
    re.IGNORECASE,
)

TITLES = frozenset(
    "mr mrs ms miss mx dr sir dame lord lady prof professor rev father sister uncle auntie aunt king queen "
    "prince princess "
    "saint st pc sgt captain president mayor nurse grandma grandad granny nana coach saint santa big old".split()
)

#: Played, read or told: a name in these is a part in a story.
STORY = re.compile(
    r"\b(?:book|novel|story|stories|fairy ?tales?|play|musical|panto|pantomime|nativity|film|movie|series"
    r"|episode|chapter|character|poem|the part of"
    r"|author|dahl|dickens|shakespeare|disney|netflix|bbc|fictional|legend|myth|bible|prophet|beanstalk"
    r"|wonderland|storm"
    r"|playing|starring|song|band|album|tour|concert|gig|world cup|premier league)\b",
    re.IGNORECASE,
)

#: First names that are also words, places, days, plants, or parts in stories that schools tell.
WORDLIKE = frozenset(
    """
    abbey ace amber amen angel apple april archer aria art ash asia aspen august aurora austin autumn bailey
    baker basil bay bear beau berry bill blake blaze blossom blue bonnie brandy brook brooke brooklyn bud buddy
    bunny buster buzz caesar carter chad chance charity chase chelsea cherry china chip christian christmas clay
    clementine cliff clover coco colt comfort constance cooper coral crystal curtis daisy dale dallas dawn dean
    delight destiny diamond dick dolly don dot drew duke dusty earl easter echo eden elf ember emerald eve ever
    faith falcon fern finn fletcher flo flower ford forest forrest frank frankie freedom garnet garth gene
    genesis georgia gift ginger glen glory grace grant gray guy hale hamlet happy harley harmony haven hazel
    heath heather heaven hector hero holly honey honour hope hudson hunter india indie iris israel ivory ivy
    jasmine jasper jay jazz jersey jesus jet jewel job journey joy june juniper justice kendal kenya king
    kingston kit kitty lace lake lance lane lark laurel lavender legend lily london lorry lottery love luck
    lucky luna lyric mac macbeth magnolia maple marigold marina mark marley marlow mars marsh marvel may melody
    mercy merry miles milky mini misty monday nick north nova ocean olive opal page paris parker pat patience
    peace peach peaches pearl peg penny pepper percy petal petunia phoenix pip poppy porsche presley prince
    princess prudence queen quest rain rainbow raven ray red reed reign rich river rob robin rocket rocky roman
    romany romeo romy rosa rose rosemary rosie rowan roy royal ruby rudy rusty ryder sable saffron sage saint
    sandy savannah scarlett scout september serenity shade sharon shell sherry silver sky skye skyler smart snow
    sol sorrel spike spring star starr sterling stone storm sue sultan summer sunday sunny sydney tanner tate
    tawny teal temperance tempest tiger tiggy timber tony topaz tori treasure trinity troy true tucker tuesday
    turner unity valentine velvet venus verity vienna violet virginia walker warren west will willow win winston
    winter wisdom wolf woody wren york zephyr zest
    """.split()
)

#: Whom a class meets in a book or in history: "Matilda in Year 5" is more often the book.
STORIED = frozenset(
    "matilda oliver alice annie romeo juliet henry elizabeth victoria mary joseph aladdin jack goldilocks gretel wendy "
    "peter charlie james george noah moses adam david daniel jonah florence rosa edward william martin samuel".split()
)

#: Of these a capital says nothing.
CALENDAR = frozenset(
    "april may june july august september january february march october november december monday tuesday "
    "wednesday thursday "
    "friday saturday sunday summer autumn winter spring christmas easter will mark hope joy faith love patience "
    "glory".split()
)

#: Names that belong to people whom everybody speaks of. A pupil who shares one needs a class or a family beside it.
PUBLIC = frozenset(
    {
        ("harry", "kane"), ("marcus", "rashford"), ("taylor", "swift"), ("jack", "grealish"), ("harry", "styles"),
        ("harry", "potter"), ("jude", "bellingham"), ("bukayo", "saka"), ("phil", "foden"), ("declan", "rice"),
        ("ed", "sheeran"), ("greta", "thunberg"), ("michael", "rosen"), ("tom", "holland"), ("emma", "watson"),
        ("david", "walliams"), ("roald", "dahl"), ("anne", "frank"), ("rosa", "parks"), ("mary", "seacole"),
        ("florence", "nightingale"), ("joe", "wicks"), ("tom", "daley"), ("leah", "williamson"), ("chloe", "kelly"),
        ("oliver", "twist"), ("charlie", "bucket"), ("peter", "pan"), ("robin", "hood"), ("jack", "black"),
        ("will", "smith"), ("ben", "stokes"), ("joe", "root"), ("andy", "murray"), ("emma", "raducanu"),
        ("lewis", "hamilton"), ("lando", "norris"), ("george", "russell"), ("john", "smith"), ("boris", "johnson"),
        ("keir", "starmer"), ("rishi", "sunak"), ("martin", "luther"), ("george", "orwell"),
        ("william", "shakespeare"),
        ("charles", "dickens"), ("charles", "darwin"), ("isaac", "newton"), ("amelia", "earhart"),
        ("neil", "armstrong"),
        ("tim", "peake"), ("jane", "austen"), ("emily", "bronte"), ("guy", "fawkes"), ("cole", "palmer"),
        ("sam", "ryder"),
        ("alan", "turing"), ("ada", "lovelace"), ("mary", "anning"), ("jamie", "oliver"), ("gareth", "southgate"),
        ("jack", "frost"), ("tom", "riddle"), ("peter", "parker"), ("mary", "poppins"), ("tracy", "beaker"),
        ("oliver", "cromwell"), ("jack", "sparrow"), ("billy", "elliot"), ("sam", "smith"), ("lily", "allen"),
        ("james", "bond"), ("mary", "berry"), ("paul", "hollywood"), ("bobby", "moore"), ("jack", "dawkins"),
        ("tiny", "tim"), ("bill", "sikes"), ("daisy", "ridley"), ("jack", "draper"), ("ellen", "white"),
    }
)  # fmt: skip

#: Two capitals that are not a child's initials.
ABBREVIATIONS = frozenset(
    "pe re rs it ta la ks pp dt ma ba it tv uk us eu ok hr id qr pc dj ps am pm ad bc ai st dr mr ms mp gp iq "
    "pr vr cd dvd "
    "ect nqt slt sen eal ppa cpd dsl dbs nhs bbc gcse sat sats pta nan fs eyfs lsa hlta qts rqt sats tes neu "
    "nasuwt usa "
    "pshe rse stem bame lgbt adhd asd ehc mfl ict cofe rc ce lol omg btw fyi imo irl tbh diy vip faq asap rip".split()
)
