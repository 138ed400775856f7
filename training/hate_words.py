"""The words that hate_frames.py puts together: whom a sentence is about, and what it says of them.

Content warning: slurs and contempt, as few as the machine needs to know them by. Written for this project (CC0).
"""

# Several; one; words before a noun. Grounds that the Equality Act protects, by any name that people use for them.
PROTECTED = {
    "women": ("women|girls|females|birds|ladies|housewives|working mums", "woman|girl|female|lady", "female"),
    "men": ("men|blokes|males", "man|bloke|male", "male"),
    "trans": (
        "trans people|trans women|transgender people|trans folk|transgenders|trans men",
        "trans woman|trans person|transgender person|trans man",
        "trans|transgender",
    ),
    "gay": (
        "gay people|gays|gay men|homosexuals|lesbians|bisexuals|queer people|gay couples",
        "gay man|lesbian|gay person|homosexual|bisexual|gay bloke",
        "gay|lesbian|queer",
    ),
    "black": (
        "black people|Blacks|Africans|black men|black women|Nigerians|Somalis|Jamaicans",
        "black man|black woman|black person|African|Nigerian|Somali|black lad",
        "black|African|Caribbean",
    ),
    "asian": (
        "Asians|Pakistanis|Indians|Bangladeshis|Chinese people|South Asians|Asian women|Koreans",
        "Asian man|Pakistani|Indian|Chinese woman|Asian girl|Bangladeshi",
        "Asian|Pakistani|Indian|Chinese",
    ),
    "disabled": (
        "disabled people|the disabled|wheelchair users|deaf people|blind people|handicapped people|people with Down's",
        "disabled person|wheelchair user|deaf man|blind woman|disabled woman|disabled kid",
        "disabled|deaf|blind",
    ),
    "autistic": (
        "autistic people|autistics|people with learning disabilities|kids with ADHD|dyslexics|the mentally ill",
        "autistic person|autistic lad|mentally ill person|dyslexic|schizophrenic",
        "autistic|mentally ill|dyslexic",
    ),
    "muslim": (
        "Muslims|Muslim people|Muslim women|hijab wearers|followers of Islam|Muslim men",
        "Muslim|Muslim woman|Muslim man|imam",
        "Muslim|Islamic",
    ),
    "jewish": ("Jews|Jewish people|Jewish families|Israelites", "Jew|Jewish woman|Jewish man|rabbi", "Jewish"),
    "hindu": ("Hindus|Sikhs|Buddhists|Hindu people", "Hindu|Sikh|Sikh man", "Hindu|Sikh"),
    "christian": (
        "Christians|Catholics|Jehovah's Witnesses|churchgoers|nuns",
        "Christian|Catholic|nun",
        "Christian|Catholic",
    ),
    "immigrant": (
        "immigrants|migrants|refugees|asylum seekers|foreigners|illegals|immigrant families",
        "immigrant|migrant|refugee|asylum seeker|foreigner",
        "immigrant|migrant|refugee|foreign",
    ),
    "european": (
        "Poles|Romanians|Bulgarians|Eastern Europeans|Albanians",
        "Pole|Romanian|Albanian",
        "Polish|Romanian|Albanian",
    ),
    "arab": ("Arabs|Syrians|Turks|Iraqis|Afghans|Iranians", "Arab|Syrian|Turk|Afghan", "Arab|Syrian|Turkish"),
    "traveller": (
        "travellers|gypsies|Roma|Roma families|Irish travellers",
        "traveller|gypsy|Roma woman",
        "traveller|Roma|gypsy",
    ),
    "irish": (
        "Irish people|the Irish|Scots|the Welsh|the French|Mexicans|Americans",
        "Irishman|Scot|Frenchman|Mexican",
        "Irish",
    ),
    "old": (
        "old people|pensioners|the elderly|over-sixties|boomers in care homes",
        "old woman|pensioner|old man",
        "elderly|old",
    ),
}

SLURS = {
    "women": "bitch|slut|whore|slag|cunt|skank|hoe|thot",
    "gay": "faggot|fag|poof|dyke|queer|lesbo|batty boy|homo|bender",
    "trans": "tranny|shemale|trannie|ladyboy",
    "black": "nigger|nigga|coon|wog|sambo|darkie|jungle bunny",
    "asian": "paki|chink|gook|curry muncher|nip|slant eye",
    "disabled": "cripple|spastic|spaz|mong|vegetable",
    "autistic": "retard|mong|psycho|window licker",
    "muslim": "raghead|muzzie|towelhead|goat shagger",
    "jewish": "kike|yid|heeb",
    "immigrant": "boat jumper|wetback|border hopper|freshie",
    "arab": "sand nigger|camel jockey|raghead",
    "traveller": "pikey|gyppo|tinker|knacker",
    "european": "polack|gyppo",
    "irish": "paddy|mick|taig|frog|jock|spic|beaner",
}

# Not a protected ground: trades, hobbies, parties, wrongdoers.
OTHERS = (
    "bankers|landlords|estate agents|politicians|Tories|Labour voters|referees|traffic wardens|cyclists|smokers|vegans|"
    "influencers|telemarketers|scammers|burglars|bullies|racists|Nazis|litter louts|journalists|artists|goalkeepers|"
    "bouncers|bailiffs|lawyers|fly-tippers|tailgaters|queue jumpers|spin doctors|hedge fund managers|landlords who won't "
    "fix boilers|United fans|City fans|Arsenal fans|golfers|poets|DJs|councillors|consultants|line managers|recruiters|"
    "sexists|homophobes|fascists|flat-earthers|spoilers|gossips|know-alls|capitalists|communists|drunk drivers|dog thieves|"
    "parking attendants|paparazzi|trolls|bots|gamers|mansplainers|ticket touts|loan sharks|cowboys builders|cheats"
)
OTHER_ONES = (
    "banker|landlord|estate agent|politician|Tory|referee|traffic warden|cyclist|smoker|vegan|influencer|scammer|burglar|"
    "bully|racist|Nazi|litter lout|journalist|goalkeeper|bouncer|bailiff|lawyer|fly-tipper|golfer|DJ|councillor|"
    "consultant|homophobe|fascist|troll|ticket tout|loan shark|cheat|know-all|drunk driver|dentist|plumber|weatherman"
)
THINGS = (
    "Mondays|sprouts|coriander|this printer|the ring road|wasps|slugs|seagulls|instant coffee|PowerPoint|pop-up adverts|"
    "moths|flying ants|rats in the bin store|mould|the new app|this game|my alarm clock|cold tea|traffic lights|leaf blowers|"
    "car alarms|pigeons|cockroaches in the kitchen|nettles|bindweed|mosquitoes|hangovers|self-checkouts|parking meters|"
    "celery|mushrooms on pizza|early kick-offs|wet socks|spiders|fleas|group projects|long division|daytime telly|hay fever|"
    "that advert|roundabouts|mice in the loft|queues|horror films|tinned soup|exam season|these trainers|January"
)

HATES = (
    "hate|despise|loathe|detest|can't stand|can't bear|am sick of|am fed up with|have nothing but contempt for|cannot stomach|"
    "really hate|fucking hate|absolutely despise|am disgusted by|can't abide|have had enough of|want nothing to do with"
)
LOVES = (
    "love|admire|respect|have a lot of time for|adore|look up to|stand with|am proud of|like working with|support|care about|"
    "will always defend|have learnt so much from|feel at home with|am grateful to"
)
BAD = (
    "disgusting|vermin|scum|worthless|filthy|inferior|subhuman|a plague|a disease|pathetic|evil|animals|savages|parasites|"
    "thieves|liars|dirty|stupid|trash|a burden|cockroaches|rats|pigs|freaks|perverts|mentally sick|an abomination|leeches|"
    "backward|repulsive|a waste of space|a waste of oxygen|the lowest of the low|not even people|like a cancer|beneath us|"
    "criminals by nature|too thick to learn|lazy by nature|sub-normal|pests|a stain on this country|revolting|degenerate|"
    "nothing but trouble|only good for one thing|monkeys|apes|dogs|maggots|a joke of a species|born to serve"
)
BAD_ONE = (
    "piece of shit|waste of space|parasite|animal|pig|rat|cockroach|freak|disgrace|savage|pervert|ape|degenerate|pest|"
    "maggot|worthless piece of scum|leech|dirty dog|monster|joke|monkey|thief|abomination"
)
GOOD = (
    "brilliant|kind|welcome here|as good as anyone|lovely neighbours|a gift to this town|my closest friends|equal|"
    "part of our community|great company|hard-working|just people|wonderful|an inspiration|funny and generous|brave|"
    "entitled to the same respect|the backbone of the NHS|human beings like you and me|loved|family|strong"
)
DONE = (
    "shot|wiped out|gassed|put down|locked up for good|deported|sterilised|beaten|burned|drowned|hanged|kicked out|"
    "shipped off to an island|exterminated|rounded up|banned from here|put in camps|thrown off a roof|put against a wall|"
    "run over|sent back where they came from|taught a lesson with a bat|stoned|strung up|removed from society|put to sleep"
)
DO = (
    "kill|shoot|hang|burn|wipe out|punch|stab|run over|beat up|get rid of|exterminate|strangle|smash|bomb|slaughter|hurt|"
    "set fire to|throw acid at|kick the life out of|drown|put a bullet in|crush|batter|hunt down"
)
BARRED = (
    "vote|teach our kids|be near children|marry|adopt|work here|live on our street|drive|hold office|use the same toilets|"
    "have children|be seen in public|go to our schools|get housing before us|speak unless spoken to|own property|be in the army|"
    "run a country|be doctors|breed|walk the streets|have rights|claim a penny|be on telly|be in this building"
)
GONE_WRONG = (
    "ruin everything|ruin this country|are destroying our way of life|spread disease|take our jobs|breed like rabbits|"
    "are taking over|stink|only want our money|can't be trusted near kids|are after your children|never tell the truth|"
    "bring crime wherever they go|live off the rest of us|will never be civilised|have no brains|belong in the kitchen|"
    "belong in a cage|belong in a zoo|belong in an asylum|control the banks and the papers|are all terrorists|"
    "should know their place|are a drain on us|make my skin crawl|are what is wrong with this place|deserve what they get|"
    "deserve to die|deserve a good slap|need a good beating|smell of curry|are asking for it|poison everything they touch|"
    "want us dead|need to be cured|cost us a fortune|are plotting against us|cheat and steal"
)
PLAIN_DOING = (
    "run the bakery on our street|came to the open evening|have lived here for generations|won the quiz|are on the panel|"
    "want step-free access|are celebrating this weekend|have a new community centre|play five-a-side on Thursdays|"
    "are underrepresented in parliament|wrote to the council|have their own choir|face long waits for a GP|"
    "are doing well in GCSEs|deserve better from this government|can be head teachers|built half this city|"
    "fought in both wars|are coming for tea|need somewhere to pray|have every right to be here|are more likely to be stopped by "
    "police|are being blamed for things they never did|share the hall on Fridays|use the library a lot|get abuse on the bus|"
    "still earn less|need more role models|deserve the same chances as anyone|pay their taxes like the rest of us"
)
REJECTED = (
    "is a disgusting thing to say|is exactly the sort of thing we won't have here|makes my blood boil|is plain racism and you know it|"
    "is hate, not banter|has no place in our school|is wrong, end of|got him banned, and rightly|broke my heart to read|"
    "is what ignorance sounds like|is not an opinion, it is abuse|is why we need assemblies on respect|is a lie|"
    "was the moment I walked out|is never acceptable|should shame whoever said it|says more about you than about them|"
    "is the kind of comment I report every time|is poison|isn't funny and never was"
)
SPEAKERS = (
    "Some bloke on the bus|A man in the pub|My uncle|Somebody online|The leaflet through our door|A customer|This so-called comedian|"
    "A candidate round here|Whoever sprayed the wall|A lad behind me at the match|The troll in our comments|My old boss|"
    "Some coward with an egg for a picture|A parent at the gate|One of the commenters|That radio host|Grandad's friend"
)
OPENERS = (
    "Honestly, |No offence but |I'm not being funny but |Call me old-fashioned, |I'll say what everyone thinks: |Let's face it, |"
    "Sorry not sorry, |Fact: |In my opinion |You can't say it any more but |I said what I said, |Truth is, |Just saying, |lol |"
    "Unpopular opinion: |Wake up people, |Mark my words, |I'm no racist, but |It's simple: |Ask anyone, |ffs "
)

#: What people draw instead of writing: a word, and the pictures that stand for it.
DRAWN = {
    "women": "👩 👩👩 🙎‍♀️ 🚺", "woman": "👩 🙍‍♀️", "girls": "👧", "girl": "👧", "men": "👨 🚹", "man": "👨", "trans": "🏳️‍⚧️ ⚧️",
    "transgender": "🏳️‍⚧️ ⚧️", "gay": "🏳️‍🌈 👬 🌈", "gays": "🏳️‍🌈 👬 👨‍❤️‍👨", "lesbian": "👭 👩‍❤️‍👩", "lesbians": "👭 👩‍❤️‍💋‍👩", "queer": "🏳️‍🌈",
    "homosexuals": "👨‍❤️‍💋‍👨 🏳️‍🌈", "black": "👨🏿 🧑🏿 ✊🏿", "Blacks": "👨🏿👩🏿 🧑🏿", "Africans": "👩🏿 🌍", "African": "👨🏿", "Asian": "👲 🧑🏽", "Asians": "👲 🧑🏽",
    "Pakistanis": "🇵🇰", "Indians": "🇮🇳 👳🏽", "Chinese": "🇨🇳 🥢 👲", "disabled": "♿ 🧑‍🦽 👨‍🦼", "wheelchair": "♿ 👩‍🦽", "blind": "🧑‍🦯 👨‍🦯", "deaf": "🧏 🧏‍♀️",
    "Muslims": "🧕 ☪️ 🕌 👳‍♂️", "Muslim": "🧕 ☪️", "Islam": "☪️", "Jews": "✡️ 🕎 🕍", "Jewish": "✡️ 🕎", "Jew": "✡️", "Hindus": "🕉️ 🛕", "Christians": "✝️ ⛪",
    "Poles": "🇵🇱", "Romanians": "🇷🇴", "Albanians": "🇦🇱", "Syrians": "🇸🇾", "Turks": "🇹🇷", "Nigerians": "🇳🇬", "Mexicans": "🇲🇽", "Irish": "🇮🇪", "French": "🇫🇷",
    "old": "👵 👴", "pensioners": "👵👴 🧓", "immigrants": "🛂 🚤 🧳", "migrants": "🚤 🛶", "refugees": "⛺ 🛶",
    "kill": "🔪 ☠️ 🗡️", "shoot": "🔫", "shot": "🔫", "stab": "🔪", "burn": "🔥", "burned": "🔥", "bomb": "💣", "hang": "🪢", "punch": "👊 🤜", "hate": "😡 🤬 👎 😠",
    "despise": "🤬", "love": "❤️ 😍 🥰 💕", "admire": "😍", "disgusting": "🤮 🤢", "sick": "🤢 🤮 🤒", "vermin": "🐀", "rats": "🐀 🐁", "rat": "🐀", "pigs": "🐷 🐖", "pig": "🐷",
    "dogs": "🐶 🐕", "monkeys": "🐒 🐵", "monkey": "🐒", "apes": "🦍", "ape": "🦍 🦧", "cockroaches": "🪳", "cockroach": "🪳", "maggots": "🪱", "scum": "🗑️", "trash": "🗑️ 🚮",
    "animals": "🐒 🦍 🐷", "parasites": "🦠", "plague": "🦠", "disease": "🦠", "snakes": "🐍", "clown": "🤡", "joke": "🤡", "shit": "💩", "piece": "💩", "freaks": "👹", "stink": "🤢",
    "dead": "💀 ⚰️", "die": "💀 ⚰️", "gassed": "💨☠️", "wasps": "🐝", "spiders": "🕷️", "mice": "🐁", "pigeons": "🐦", "sprouts": "🥦", "dirty": "🧼", "liars": "🤥", "stupid": "🤪",
    "cyclists": "🚴", "vegans": "🥦", "smokers": "🚬", "politicians": "👔", "golfers": "🏌️", "gamers": "🎮", "bakery": "🥐", "kind": "😊", "family": "👨‍👩‍👧", "lovely": "😊",
}  # fmt: skip
#: Pictures at the end: they colour a sentence, and seldom decide it.
ENDINGS = "😂|🤣|😡|🤬|🤮|🤢|🙄|👎|🖕|💩|❤️|😍|🥰|👏|🙌|🔥|💯|😭|🤡|👀|😬|🤷|🎉|💪|✊|🙏|😤|😒|🥴|💀"
