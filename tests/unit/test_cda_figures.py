"""Numbers, dates and units as norway.md 5.7 wants them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cda.datatypes import Time, parse_ts
from cda.html import figures
from cda.html.words import words

NB = words("nb")
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2.5", "2,5"),
        ("0.5", "0,5"),
        (".5", "0,5"),
        ("10000", f"10{NBSP}000"),
        ("1234", "1234"),
        ("1234567.25", f"1{NBSP}234{NBSP}567,25"),
        ("-1", "\u22121"),
        ("1e5", "1e5"),
        ("", ""),
        ("abc", "abc"),
        ("1.50", "1,50"),
    ],
)
def test_numbers(value, shown):
    assert figures.number(value) == shown


def test_doses_lose_the_zeros_that_are_misread():
    assert figures.number("5.0", trim=True) == "5" and figures.number("0.50", trim=True) == "0,5"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2014", "2014"),
        ("201406", "juni 2014"),
        ("20140605", "05.06.2014"),
        ("201406051405", "05.06.2014 kl. 14:05"),
        ("20140605140530+0200", "05.06.2014 kl. 14:05:30"),
        ("2014060514", "05.06.2014 kl. 14"),
        ("20140605130500+0100", "05.06.2014 kl. 14:05 (13:05 lokal tid)"),
        ("20140605233000+0000", "05.06.2014 kl. 23:30 (UTC+00:00)"),
        ("20141399", "20141399"),
        ("i fjor", "i fjor"),
    ],
)
def test_dates_keep_their_precision(value, shown):
    assert figures.date(Time(value), NB) == shown


def test_dates_in_prose():
    assert figures.date(Time("20140605"), NB, prose=True) == "5. juni 2014"


@pytest.mark.parametrize(
    ("ucum", "one", "shown"),
    [
        ("mg", False, "mg"),
        ("ug", False, "mikrogram"),
        ("[IU]", False, "IE"),
        ("mL", False, "ml"),
        ("mm[Hg]", False, "mmHg"),
        ("ug/h", False, "mikrogram/time"),
        ("{pack}/d", False, "pakker/dag"),
        ("{Pessary}", True, "vagitorie"),
        ("{something odd}", False, "something odd"),
        ("h", True, "time"),
        ("h", False, "timer"),
        ("[foo_us]", False, "[foo_us]"),
    ],
)
def test_units(ucum, one, shown):
    assert figures.unit(ucum, NB, one=one) == shown


@pytest.mark.parametrize(
    ("at", "hours"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), 1),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), 2),
        (datetime(2026, 10, 25, 0, 59, tzinfo=UTC), 2),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), 1),
    ],
)
def test_norwegian_summer_time(at, hours):
    assert figures.oslo_offset(at) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "value", ["", "19", "198", "2014060", "2014-06-05", "20140230", "201406051405+2", "٢٠١٤"]
)
def test_what_is_no_hl7_time_is_refused(value):
    with pytest.raises(ValueError):
        parse_ts(value)


@given(st.datetimes(min_value=datetime(1000, 1, 1)), st.sampled_from([4, 6, 8, 10, 12, 14]))
def test_a_time_written_is_the_time_read(at, digits):
    stamp = parse_ts(at.strftime("%Y%m%d%H%M%S").zfill(14)[:digits])
    assert stamp.digits == digits
    assert (
        stamp.at.strftime("%Y%m%d%H%M%S").zfill(14)[:digits] == at.strftime("%Y%m%d%H%M%S").zfill(14)[:digits]
    )


@given(st.text(max_size=20))
def test_any_text_survives_as_a_number_and_as_a_date(text):
    assert isinstance(figures.number(text), str)
    assert isinstance(figures.date(Time(text), NB), str)
    assert isinstance(figures.unit(text, NB), str)
