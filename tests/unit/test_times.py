"""Points in time in the three ways that messages write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ncp.wire import times

OSLO = datetime(2026, 7, 1, 1, 30, 15, 987_654, tzinfo=timezone(timedelta(hours=2)))


def test_each_form_is_utc():
    assert times.hl7(OSLO) == "20260630233015.987+0000"
    assert times.ebxml(OSLO) == "20260630233015"
    assert times.instant(OSLO) == "2026-06-30T23:30:15.987Z"


def test_the_afternoon_is_written_with_24_hours():
    assert times.ebxml(datetime(2026, 1, 1, 13, 5, tzinfo=UTC)) == "20260101130500"


@pytest.mark.parametrize("write", [times.hl7, times.ebxml, times.instant])
def test_a_time_without_an_offset_is_not_written(write):
    with pytest.raises(ValueError, match="offset"):
        write(datetime(2026, 1, 1))


def test_years_have_four_digits():
    assert times.ebxml(datetime(33, 4, 3, tzinfo=UTC)) == "00330403000000"
    assert times.instant(datetime(33, 4, 3, tzinfo=UTC)) == "0033-04-03T00:00:00.000Z"


@pytest.mark.parametrize(
    ("value", "utc"),
    [
        ("20241120091228.071+0000", datetime(2024, 11, 20, 9, 12, 28, 71_000, UTC)),
        ("20241120091228", datetime(2024, 11, 20, 9, 12, 28, 0, UTC)),
        ("202411200912", datetime(2024, 11, 20, 9, 12, 0, 0, UTC)),
        ("20241120091228-0330", datetime(2024, 11, 20, 12, 42, 28, 0, UTC)),
        ("202411200912+0100", datetime(2024, 11, 20, 8, 12, 0, 0, UTC)),
        ("20241120091228.1234567", datetime(2024, 11, 20, 9, 12, 28, 123_456, UTC)),
    ],
)
def test_hl7_times_are_read(value, utc):
    assert times.read_hl7(value) == utc


@pytest.mark.parametrize(
    "value",
    ["", "2024", "20241120", "20241320091228", "20241120091228+01", "20241120091228Z", "٢٠٢٤١١٢٠٠٩١٢"],
)
def test_other_hl7_times_are_refused(value):
    with pytest.raises(ValueError):
        times.read_hl7(value)


@pytest.mark.parametrize(
    ("value", "utc"),
    [
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("202607", datetime(2026, 7, 1, tzinfo=UTC)),
        ("20260731", datetime(2026, 7, 31, tzinfo=UTC)),
        ("20260731130501", datetime(2026, 7, 31, 13, 5, 1, tzinfo=UTC)),
        ("20260731130501Z", datetime(2026, 7, 31, 13, 5, 1, tzinfo=UTC)),
        ("20260731130501+0200", datetime(2026, 7, 31, 11, 5, 1, tzinfo=UTC)),
    ],
)
def test_registry_times_are_read_in_every_precision(value, utc):
    assert times.read_ebxml(value) == utc


@pytest.mark.parametrize("value", ["", "26", "20261301", "2026-07-31", "20260731T1305", "20260731250000"])
def test_other_registry_times_are_refused(value):
    with pytest.raises(ValueError):
        times.read_ebxml(value)


def test_instants_are_read_with_and_without_offset():
    assert times.read_instant("2026-06-30T23:30:15.987Z") == OSLO.replace(microsecond=987_000)
    assert times.read_instant("2026-07-01T01:30:15.987+02:00") == OSLO.replace(microsecond=987_000)
    assert times.read_instant("2026-06-30T23:30:15") == datetime(2026, 6, 30, 23, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "2026-06-30", "T", "20260630233015", "yesterday"])
def test_other_instants_are_refused(value):
    with pytest.raises(ValueError):
        times.read_instant(value)
