"""Hypothesis strategies for everything that the three query transactions carry."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from ncp.wire import iti38, iti39, iti55
from ncp.wire.coded import Coded
from ncp.wire.errors import Severity
from ncp.wire.patient_id import PatientId
from ncp.wire.registry import RegistryError, Status
from ncp.wire.xcpd_reasons import XcpdReason

# Neither control characters, which XML cannot carry, nor white space, which is trimmed at the ends.
text = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
words = st.lists(text, min_size=1, max_size=3).map(" ".join)
ascii_code = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="'(),^&"), min_size=1
)
oids = st.lists(st.integers(0, 10**12), min_size=1, max_size=6).map(
    lambda arcs: "2." + ".".join(map(str, arcs))
)
homes = oids.map("urn:oid:{}".format)
uuids = st.uuids().map(str)
object_ids = st.uuids().map("urn:uuid:{}".format)
digits = st.dates().map(lambda day: f"{day.year:04}{day:%m%d}")
times = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
maybe = lambda strategy: st.none() | strategy  # noqa: E731
patient_ids = st.builds(PatientId, oids, text.filter(lambda value: not set(value) & set("^&")))
some_ids = st.lists(patient_ids, min_size=1, max_size=3).map(tuple)
several = st.lists(words, max_size=3).map(tuple)

query_traits = st.builds(
    iti55.Demographics,
    family=several,
    given=several,
    gender=maybe(st.sampled_from(["M", "F", "UN"])),
    birth_time=maybe(digits),
    street=maybe(words),
    city=maybe(words),
    postal_code=maybe(words),
    country=maybe(words),
)
instances = st.builds(iti55.Instance, uuids | oids, maybe(text))
discovery_requests = st.builds(
    iti55.DiscoveryRequest,
    receiver=oids,
    sender=oids,
    message_root=uuids,
    message_extension=maybe(text),
    query_id=uuids | oids,
    created=times,
    ids=some_ids,
    demographics=query_traits,
    query_extension=maybe(text),
)
null_flavors = st.lists(
    st.tuples(
        st.sampled_from(["name", "telecom", "gender", "birth_time", "address"]),
        st.sampled_from(["MSK", "UNK", "NI", "ASKU"]),
    ),
    unique_by=lambda pair: pair[0],
)


def _ordered(flavors):
    order = ("name", "telecom", "gender", "birth_time", "address")
    return tuple(sorted(flavors, key=lambda pair: order.index(pair[0])))


@st.composite
def people(draw):
    """Traits of an answer: a trait that is given has no null flavour, and the name is one or the other."""
    who = draw(query_traits)
    given = {
        "name": bool(who.family or who.given),
        "gender": who.gender is not None,
        "birth_time": who.birth_time is not None,
        "address": who.has_address,
    }
    flavors = [pair for pair in draw(null_flavors) if not given.get(pair[0])]
    if not given["name"] and "name" not in dict(flavors):
        flavors.append(("name", "NI"))
    return iti55.Demographics(
        **{
            name: getattr(who, name) for name in ("family", "given", "gender", "birth_time", "street", "city")
        },
        postal_code=who.postal_code,
        country=who.country,
        telecoms=draw(st.lists(st.integers(0).map("tel:+{}".format), max_size=2).map(tuple)),
        null_flavors=_ordered(flavors),
    )


candidates = st.builds(
    iti55.Candidate, ids=some_ids, demographics=people(), match=st.integers(0, 100), custodian=oids
)


@st.composite
def discovery_answers(draw):
    """Any answer to any question: people, nobody, a refusal."""
    request = draw(discovery_requests)
    frame = dict(home=draw(oids), message=draw(instances), created=draw(times))
    match draw(st.integers(0, 2)):
        case 0:
            people_found = tuple(draw(st.lists(candidates, min_size=1, max_size=3)))
            return iti55.found(request, **frame, candidates=people_found)
        case 1:
            return iti55.nobody(request, **frame, text=draw(words))
        case _:
            detail = iti55.AckDetail(draw(ascii_code), draw(words), draw(maybe(words)))
            return iti55.refused(request, **frame, detail=detail, why=draw(st.sampled_from(XcpdReason)))


coded = st.builds(Coded, code=words, scheme=words, name=maybe(words))
entries = st.builds(
    iti38.DocumentEntry,
    uuid=object_ids,
    unique_id=words,
    repository=oids,
    home=homes,
    document_class=coded,
    format=coded,
    patient=patient_ids,
    source_patient=patient_ids,
    document_type=coded,
    title=words,
    description=words,
    created=digits,
    language=words,
    size=maybe(st.integers(0, 2**40)),
    hash=maybe(st.binary(min_size=20, max_size=20).map(bytes.hex)),
    mime_type=text,
    confidentiality=coded,
    facility=coded,
    practice=coded,
    authors=st.lists(st.builds(iti38.Author, several, several, several, several), max_size=2).map(tuple),
    events=st.lists(coded, max_size=3).map(tuple),
    service_start=maybe(digits),
    version=words,
    other_slots=st.lists(
        st.tuples(words.map("urn:x:{}".format), st.lists(words, min_size=1, max_size=2).map(tuple)),
        max_size=2,
        unique_by=lambda slot: slot[0],
    ).map(tuple),
)
errors = st.builds(
    RegistryError,
    code=words,
    context=st.just("") | words,
    severity=st.sampled_from(Severity),
    location=maybe(words),
)
some_errors = st.lists(errors, max_size=3).map(tuple)
list_requests = st.builds(
    iti38.ListRequest,
    patient=patient_ids,
    class_codes=st.lists(ascii_code, min_size=1, max_size=3).map(tuple),
    filters=st.builds(iti38.Filters, maybe(st.integers(0, 2**40)), maybe(times), maybe(times)),
)
list_answers = st.builds(
    iti38.ListResponse,
    status=st.sampled_from(Status),
    entries=st.lists(entries, max_size=2, unique_by=lambda entry: entry.uuid).map(tuple),
    associations=st.lists(
        st.builds(iti38.Association, object_ids, object_ids), max_size=2, unique_by=lambda link: link.source
    ).map(tuple),
    errors=some_errors,
)
document_requests = st.builds(iti39.DocumentRequest, maybe(homes), oids, words)
retrieve_requests = st.builds(
    iti39.RetrieveRequest,
    st.lists(document_requests, min_size=1, max_size=3, unique_by=lambda each: each.document).map(tuple),
)
documents = st.builds(
    iti39.RetrievedDocument, maybe(homes), oids, words, text, st.binary(min_size=1, max_size=200)
)
retrieve_answers = st.builds(
    iti39.RetrieveResponse,
    status=st.sampled_from(Status),
    documents=st.lists(documents, max_size=3, unique_by=lambda each: each.document).map(tuple),
    errors=some_errors,
)
