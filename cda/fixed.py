"""Codes that the templates fix: they name what an element is about, in words of the page.

The message catalogue holds a text `fixed.<code>` for each of them. Source: cda.md 4 to 7.
"""

FIXED = frozenset(
    {
        "SEV",
        "CONC",
        "ASSERTION",
        "DRUG",
        "IMMUNIZ",
        "PINSTRUCT",
        "FINSTRUCT",
        "SUBST",
        "82606-5",
        "66455-7",
        "33999-4",
        "11323-3",
        "85847-2",
        "30973-2",
        "93857-1",
        "34530-6",
        "82810-3",
        "48767-8",
        "272741003",
        "46680005",
    }
)
