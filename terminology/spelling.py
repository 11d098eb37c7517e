"""English names of substances in Norwegian spelling: a suggestion for a person to look at, never more.

Good for international non-proprietary names, whose Norwegian form follows rules; a name of its own
(epinephrine is adrenalin) or a text in sentences is none of them.
Source: spelling practice of Norwegian substance names, read off one half of the seed's published ATC names;
the test measures the rules on the other half.
"""

import re

# Words that are translated, not spelt.
_WORDS = {
    "sodium": "natrium", "potassium": "kalium", "calcium": "kalsium", "zinc": "sink",
    "iron": "jern", "silver": "sølv", "iodine": "jod", "oxygen": "oksygen", "water": "vann", "oil": "olje",
    "urea": "karbamid",
    "and": "og", "or": "eller", "with": "med", "in": "i", "for": "til", "from": "fra", "other": "andre",
    "combination": "kombinasjoner", "combinations": "kombinasjoner", "excl": "ekskl", "incl": "inkl",
    "various": "diverse", "purified": "renset", "inactivated": "inaktivert", "live": "levende",
    "attenuated": "svekket", "vaccine": "vaksine", "vaccines": "vaksiner", "hepatitis": "hepatitt",
    "types": "type", "human": "human", "insulins": "insuliner", "analogues": "analoger",
    "injection": "injeksjon", "derivatives": "derivater", "antibiotics": "antibiotika", "agents": "midler",
    "inhibitor": "hemmer", "inhibitors": "hemmere", "antagonists": "antagonister", "extract": "ekstrakt",
}  # fmt: skip
# Second words of a compound: Norwegian writes salts and esters as one word.
_SALTS = (
    r"vaksiner?|natrium|kalium|kalsium|magnesium|\w*(klorid|bromid|jodid|fluorid|sulfat|fosfat|nitrat|acetat|citrat|maleat"
    r"|tartrat|karbonat|oksid|hydroksid|disoproksil|alafenamid|medoksomil|aksetil|cileksetil|mofetil|pivoksil"
    r"|etabonat|propionat|furoat|valerat|glukonat|laktat|fumarat|suksinat|mesilat|tosilat|besilat|palmitat)"
)
_SYLLABLES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), spelt)
    for pattern, spelt in (
        (r"chloroth", "klort"),  # hydrochlorothiazide loses its o
        (r"chicin", "kisin"),
        (r"cch", "kk"),
        (r"ch", "k"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"rh", "r"),
        (r"^io(?=[^n])", "jo"),
        (r"iod(?=id)", "jod"),
        (r"qui", "ki"),
        (r"qu", "kv"),
        (r"glyc(?=e)", "glys"),
        (r"salicy", "salisy"),
        (r"calc(?=i)", "kals"),
        (r"c(?=[aouklrtnm]|$)", "k"),
        (r"(?<=.)x", "ks"),
        (r"(?<=[^aeiouy])e$", ""),
        (r"(?<=[^aeiouy])es$", "er"),
    )
)
_KEPT_E = re.compile(r"(?:os|as)e$")  # laktose, hyaluronidase
_ACID = re.compile(r"\b(\w+?)ic acid\b", re.IGNORECASE)
_ACIDS = {"valpro": "valproin", "ascorb": "askorbin", "fusid": "fusidin", "citr": "sitron", "lact": "melke"}
_WORD = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]?[a-z]+(?![0-9A-Z])")


def norwegian(english: str) -> str | None:
    """The name in Norwegian spelling; None when there is nothing to spell. Capitals at the start are kept."""
    text = english.strip()
    if not _WORD.search(text):
        return None
    text = _WORD.sub(_spelt, _ACID.sub(_acid, text))
    return re.sub(rf"(?<=[a-zæøå]) (?=(?:{_SALTS})\b)", "", text)


def _acid(match: re.Match[str]) -> str:
    stem = match[1].lower()
    # The sign keeps rules for the end of a word away from the stem.
    spelt = _ACIDS.get(stem, _syllables(stem + "#").rstrip("#")) + "syre"
    return spelt.capitalize() if match[1][:1].isupper() else spelt


def _spelt(match: re.Match[str]) -> str:
    word = match[0].lower()
    if word.endswith("syre"):
        return match[0]
    spelt = _WORDS.get(word) or _syllables(word)
    return spelt.capitalize() if match[0][:1].isupper() else spelt


def _syllables(word: str) -> str:
    for pattern, spelt in _SYLLABLES:
        if pattern.pattern.endswith("e$") and _KEPT_E.search(word):
            continue
        word = pattern.sub(spelt, word)
    return word
