"""Documents that a release is tried on: what the workbench shows of them, their codes, and the samples."""

from collections.abc import Iterable, Iterator

from lxml import etree

from cda.parse import MAX_BYTES, NotCda, parse
from ncp import trial
from ncp.settings import Environment, Settings
from terminology.catalogue import Catalogue
from terminology.concept import Concept
from terminology.workbench.house import Row, Tried

MOST_SAMPLES = 500


def tried(documents: Iterable[tuple[str, bytes]], before: Catalogue, after: Catalogue) -> Iterator[Tried]:
    """Each document under both, as the workbench shows it."""
    for each in trial.tried(documents, before, after):
        rows = tuple(
            Row(one.kind.value, one.element, one.code, one.system, one.original, one.before, one.after)
            for one in each.changes
        )
        yield Tried(each.document, rows, each.same, each.without, each.problem)


def codes(documents: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, list[Concept]]]:
    """Every coded element of each document; what is no CDA document is passed over."""
    for name, content in documents:
        try:
            tree = parse(content).tree
        except NotCda:
            continue
        yield name, [found for el in tree.iter(etree.Element) if (found := _concept(el)) is not None]


def _concept(el: etree._Element) -> Concept | None:
    code, system = el.get("code"), el.get("codeSystem")
    return Concept(code, system, el.get("codeSystemVersion")) if code and system else None


def samples(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """The sample documents of the installation: `no/samples` in the data folder, and in a test environment
    what the simulated countries hold. No patient is real there.
    """
    folders = [settings.own_folder / "samples"]
    if settings.environment is Environment.TEST:
        folders += sorted(settings.data.glob("[a-z][a-z]/documents"))
    files = [path for folder in folders for path in sorted(folder.glob("*.xml")) if path.is_file()]
    for path in files[:MOST_SAMPLES]:
        with path.open("rb") as file:
            yield f"{path.parent.parent.name.upper()} {path.name}", file.read(MAX_BYTES + 1)
