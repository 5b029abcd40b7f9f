"""The date grammar: datelines and date fields."""

import datetime
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.dates import YEARS, dateline, parse_date, parse_period

DATELINES = {
    "  • Cập nhật: Thứ sáu, 16/2/2024 | 8:18:13 AM": "2024-02-16",
    "30/06/2020 17:00": "2020-06-30",
    "19/09/2016 | 3991": "2016-09-19",
    "19/09/2016 | 1,050 lượt xem": "2016-09-19",
    "Thứ Ba, ngày 30 tháng 6 năm 2020": "2020-06-30",
    "2020-06-30": "2020-06-30",
    "2020-06-30T17:00:00+07:00": "2020-06-30",
    "2020-06-30T10:00:00Z": "2020-06-30",
    "2020-06-30 17:00:00 +0700": "2020-06-30",
    "Hà Nội, ngày 5 tháng 3 năm 2019": "2019-03-05",
    "Hà Nội ngày 5 tháng 3 năm 2019": "2019-03-05",
    "HÀ NỘI, NGÀY 5 THÁNG 3 NĂM 2019": "2019-03-05",
    "TP. Hồ Chí Minh, ngày 05 tháng 03 năm 2019": "2019-03-05",
    "Ha Noi, ngay 5 thang 3 nam 2019": "2019-03-05",
    "Ngày đăng: 02.03.2015": "2015-03-02",
    "Ngày đăng: 02-03-2015": "2015-03-02",
    "Ngày 2/9/1945": "1945-09-02",
    "Thứ năm, 12/03/2020, 08:00 (GMT+7)": "2020-03-12",
    "Đăng lúc 17h30 ngày 30/6/2020": "2020-06-30",
    "17 giờ 30 phút, ngày 30/6/2020": "2020-06-30",
    "30 Tháng Sáu, 2020": "2020-06-30",
    "Tháng Mười Hai 1, 2019": "2019-12-01",
    "30 tháng 6, 2020": "2020-06-30",
    "Ngày 30 tháng 6/2020": "2020-06-30",
    "Posted on June 30, 2020": "2020-06-30",
    "Updated: 30 Jun 2020": "2020-06-30",
    "Nguyễn Văn A - 30/06/2020 17:00": "2020-06-30",
    "30/06/2020 | TTXVN": "2020-06-30",
    "(30/06/2020)": "2020-06-30",
    "Cập nhật:\u00a030/06/2020": "2020-06-30",
    "Ngày đăng: 30/06/2020 - Cập nhật: 01/07/2020": "2020-06-30",
    "16 / 2 / 2024": "2024-02-16",
}

NO_DATELINES = [
    "",
    "Dân vận khéo",
    "31/02/2020",
    "ngày 31 tháng 2 năm 2020",
    "0/0/2020",
    "13/13/2020",
    "30/06/1899",
    "30/06/2101",
    "30/06/20",
    "30/06",
    "130/06/2020",
    "30/06/20201",
    "1/30/06/2020",
    "Tháng 6 năm 2020",
    "Chương trình hành động số 32-CTr/TU, ngày 30/8/2013 của Ban Thường vụ Tỉnh ủy",
    "Ngày 19/9/2016, tại Hà Nội, Tổ Biên tập đã khảo sát.",
    "Kế hoạch công tác ngày 5/3/2019",
    "KẾ HOẠCH CÔNG TÁC NGÀY 5/3/2019",
    "Tết Nguyên Đán 25/1/2020",
    "Từ 1/1/2020 đến 30/6/2020",
    "Chỉ thị 03-CT/TW, ngày 14/5/2011",
    "Số 12/2019/NĐ-CP",
    "30/06/2020 " + "a" * 120,
    "30/06/2020 " + "-" * 10_000,
]


@pytest.mark.parametrize(("line", "day"), DATELINES.items())
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_dateline(line, day, form):
    """A line with a date and incidentals gives its date, composed or decomposed."""
    assert datetime.date.fromisoformat(day) == dateline(unicodedata.normalize(form, line))


@pytest.mark.parametrize("line", NO_DATELINES)
def test_no_dateline(line):
    """Running text, titles and invalid dates are not datelines."""
    assert dateline(line) is None


@given(st.dates(datetime.date(YEARS[0], 1, 1), datetime.date(YEARS[-1], 12, 31)))
def test_every_day_in_every_order(day):
    """All notations of a date give this date; the day precedes the month."""
    d, m, y = day.day, day.month, day.year
    for line in (f"{d}/{m}/{y}", f"{d:02}.{m:02}.{y}", f"ngày {d} tháng {m} năm {y}", str(day)):
        assert day == dateline(line)


@given(st.text())
def test_any_line(line):
    """No line raises an error."""
    assert isinstance(dateline(line), datetime.date | None)
    assert isinstance(parse_date(line), datetime.date | None)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2020-06-30", "2020-06-30"),
        ("1890-05-19", "1890-05-19"),
        ("2020-06-30T23:59:00-12:00", "2020-06-30"),
        ("2020-06-30T17:00:00.123Z", "2020-06-30"),
        (" 30/06/2020 17:00 ", "2020-06-30"),
        ("5/3/2019", "2019-03-05"),
        ("hôm qua", None),
        ("31/02/2020", None),
        ("", None),
    ],
)
def test_date_field(value, day):
    """A date field holds an ISO date of any year, or a dateline."""
    assert (datetime.date.fromisoformat(day) if day else None) == parse_date(value)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("năm 2019", "2019-01-01", "2019-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2/2020", "2020-02-01", "2020-02-29"),
        ("tháng 2 năm 2019", "2019-02-01", "2019-02-28"),
        ("Tháng Mười Hai 2019", "2019-12-01", "2019-12-31"),
        ("tháng 2/2019", "2019-02-01", "2019-02-28"),
        ("Jun 2020", "2020-06-01", "2020-06-30"),
        ("30/6/2020", "2020-06-30", "2020-06-30"),
        ("30-6-2020", "2020-06-30", "2020-06-30"),
        ("2020-6-30", "2020-06-30", "2020-06-30"),
        ("2020-06-30T10:00:00", "2020-06-30", "2020-06-30"),
        ("ngày 30 tháng 6 năm 2020", "2020-06-30", "2020-06-30"),
        ("9999", "9999-01-01", "9999-12-31"),
        ("0000", None, None),
        ("13/2020", None, None),
        ("2020-00", None, None),
        ("20200", None, None),
        ("tháng 13 năm 2020", None, None),
        ("hôm qua", None, None),
        ("", None, None),
    ],
)
def test_periods(value, first, last):
    """A day, a month or a year has a first and a last day."""
    expected = first and tuple(map(datetime.date.fromisoformat, (first, last)))
    assert parse_period(value) == expected


@given(st.text() | st.text("0123456789/-. năthg", max_size=14))
def test_any_period(text):
    """No text raises an error, and no period ends before it begins."""
    period = parse_period(text)
    assert period is None or period[0] <= period[1]
