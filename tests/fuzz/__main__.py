"""Feed bytes to the CDA parser for as long as one likes, guided by coverage.

`python -m tests.fuzz CORPUS_FOLDER [libFuzzer options]`, e.g. `-max_total_time=3600`. It needs atheris, which
is no dependency of the project: `pip install atheris` into an environment of one's own. A finding is written
as `crash-*`; it becomes a test with a name in `tests/security/test_cda_bad_input.py`.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["cda", "schemas.xml"]):
    from tests.fuzz.target import one_input

from tests.fuzz.seeds import seeds


def main() -> None:
    """Fill an empty corpus with documents of our own, then fuzz until told to stop."""
    folder = next((Path(each) for each in sys.argv[1:] if not each.startswith("-")), None)
    if folder is None:
        sys.exit("name a folder for the corpus")
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        for name, data in seeds():
            (folder / name).write_bytes(data)
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


main()
