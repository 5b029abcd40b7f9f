"""What the pages say, in Vietnamese and in English, and in which of the two."""

import datetime
import re
from typing import Final

from danvan_search.web.explanation_texts import EXPLANATION_TEXTS

_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_COMMA_FOR_POINT: Final = str.maketrans(",.", ".,")
_QUALITY: Final = re.compile(r"q=(\d(?:\.\d{1,3})?)")

LANGUAGES: Final = ("vi", "en")

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "site": ("Tìm kiếm", "Search"),
    "skip": ("Đến kết quả", "Skip to the results"),
    "search": ("Tìm", "Search"),
    "search_in": ("Tìm trong {count} bài", "Search {count} articles"),
    "welcome": ("Tìm toàn văn tiếng Việt", "Vietnamese full-text search"),
    "how": (
        "Gõ có dấu hoặc không dấu. Cụm từ nguyên vẹn thì đặt trong ngoặc kép.",
        "Type with or without accents. Put a phrase in quotes.",
    ),
    "examples": ("Ví dụ:", "Examples:"),
    "browse": ("Xem theo chuyên mục", "Browse by category"),
    "options": ("Tuỳ chọn", "Options"),
    "accents": ("Dấu", "Accents"),
    "accents_auto": ("Bài đúng dấu đã gõ lên trước", "Those as typed first"),
    "accents_exact": ("Chỉ đúng dấu đã gõ", "Only as typed"),
    "accents_ignore": ("Không kể dấu", "Accents do not count"),
    "accents_restore": ("Thêm dấu chắc chắn nhất", "Add the likeliest accents"),
    "match": ("Bài phải có", "An article must have"),
    "match_auto": ("Tự động", "Automatic"),
    "match_all": ("Đủ các tiếng", "All syllables"),
    "match_most": ("Phần lớn các tiếng", "Most syllables"),
    "match_any": ("Tiếng nào cũng được", "Any syllable"),
    "match_phrase": ("Nguyên cụm", "The whole phrase"),
    "since": ("Từ ngày", "From"),
    "until": ("Đến ngày", "To"),
    "sort": ("Sắp xếp", "Sort"),
    "sort_score": ("Phù hợp nhất", "Best first"),
    "sort_date": ("Mới nhất", "Newest first"),
    "sort_date-asc": ("Cũ nhất", "Oldest first"),
    "sort_title": ("Tên A–Z", "Title A–Z"),
    "sort_title-desc": ("Tên Z–A", "Title Z–A"),
    "clear_options": ("Bỏ các tuỳ chọn", "Clear the options"),
    "results_for": ("Kết quả cho “{query}”", "Results for “{query}”"),
    "results_all": ("Các bài theo bộ lọc", "Articles by filters"),
    "found": ("{count} bài", "{count} found"),
    "of_pages": ("trang {page}/{pages}", "page {page} of {pages}"),
    "beyond": (
        "Trang này không có bài nào. ",
        "There is nothing on this page. ",
    ),
    "first_page": ("Về trang đầu", "Go to the first page"),
    "none": ("Không có bài nào khớp với “{query}”.", "No article matches “{query}”."),
    "none_filtered": ("Không có bài nào qua được bộ lọc.", "No article passes the filters."),
    "try": ("Có thể thử:", "You may try:"),
    "try_quotes": ("tìm không có ngoặc kép", "search without quotes"),
    "try_accents": ("tìm mọi cách đặt dấu", "search for all accents"),
    "try_any": ("tìm bài có một vài tiếng", "search for any of the syllables"),
    "try_dates": ("bỏ giới hạn ngày", "search without dates"),
    "try_category": ("tìm trong mọi chuyên mục", "search in all categories"),
    "try_fewer": ("gõ ít tiếng hơn, hoặc tiếng khác", "type fewer, or other, syllables"),
    "relaxed": (
        "Không bài nào có đủ các tiếng; đây là những bài có một vài tiếng.",
        "No article has all of these syllables; these have some of them.",
    ),
    "relaxed_rest": (
        "Từ đây là những bài có một vài tiếng.",
        "From here on, articles have some of the syllables.",
    ),
    "read_as": ("Hiểu là:", "Read as:"),
    "replaced": (
        "Đã tìm “{query}” thay cho các phím Telex hoặc VNI đã gõ.",
        "Searched for “{query}” in place of the keys of Telex or VNI that were typed.",
    ),
    "as_typed": ("Tìm đúng như đã gõ", "Search as typed"),
    "meant": ("Ý bạn là:", "Did you mean:"),
    "category": ("Chuyên mục", "Category"),
    "year": ("Năm", "Year"),
    "more": ("Thêm {count}", "{count} more"),
    "sheet": ("trang {number}", "page {number}"),
    "untitled": ("(không đề)", "(no title)"),
    "inexact": ("khác dấu", "other accents"),
    "inexact_why": (
        "Bài có cách đặt dấu khác với câu đã gõ",
        "The article has other accents than were typed",
    ),
    "details_match": ("Chi tiết:", "Details:"),
    "pages": ("Các trang", "Pages"),
    "previous": ("← Trước", "← Previous"),
    "next": ("Sau →", "Next →"),
    "download": ("Tải về (tối đa {count} bài):", "Download (up to {count} articles):"),
    "feed": ("Theo dõi tin mới (Atom)", "Follow new articles (Atom)"),
    "back": ("← Kết quả", "← Results"),
    "home": ("Trang tìm", "Search page"),
    "marks": ("Chỗ khớp", "Matches"),
    "mark_previous": ("Chỗ trước", "Previous match"),
    "mark_next": ("Chỗ sau", "Next match"),
    "mark_count": ("{count} chỗ khớp", "{count} matches"),
    "original": ("Mở bản gốc", "Open the original"),
    "copy": ("Chép trích dẫn", "Copy the citation"),
    "copied": ("Đã chép", "Copied"),
    "about": ("Thông tin", "Facts"),
    "details": ("Chi tiết", "Details"),
    "source": ("Nguồn", "Source"),
    "date": ("Ngày", "Date"),
    "id": ("Mã", "Id"),
    "in_original": ("Nguyên văn lời báo:", "In the words of the program:"),
    "sorry": ("Không được", "That did not work"),
    "offline": (
        "Không nối được với máy chủ. Câu đã gõ vẫn còn: hãy thử lại.",
        "The server cannot be reached. What you typed is kept: try again.",
    ),
    "completions": ("Gợi ý", "Completions"),
    "language": ("English", "Tiếng Việt"),
    "keys": (
        "Phím: / ô tìm, ↑ ↓ chọn bài, Esc đóng gợi ý",
        "Keys: / search box, ↑ ↓ choose an article, Esc close the list",
    ),
    "keys_article": ("Phím: n chỗ sau, p chỗ trước", "Keys: n next match, p previous match"),
    # Notes, by their codes.
    "note_any": (
        "Câu dài hơn năm tiếng: bài không cần có đủ. Chọn “Đủ các tiếng” nếu cần đủ.",
        "Of more than five syllables not all are demanded: choose “All syllables” to demand them.",
    ),
    "note_bracket_not_closed": (
        "Có dấu ngoặc mở mà không đóng, nên không tính.",
        "A bracket is never closed, so it does not count.",
    ),
    "note_bracket_not_opened": (
        "Có dấu ngoặc đóng mà không mở, nên không tính.",
        "A bracket was never opened, so it does not count.",
    ),
    "note_brackets_too_deep": (
        "Ngoặc lồng quá sâu; từ chỗ đó không tính nữa.",
        "Brackets are nested too deeply from some place on, and do not count there.",
    ),
    "note_category_unknown": (
        "Không bài nào thuộc chuyên mục này: hãy bỏ bộ lọc hoặc chọn chuyên mục khác.",
        "No article has this category: leave out the filter, or choose another one.",
    ),
    "note_date": (
        "Đây không phải ngày, nên đọc như chữ. Viết: 2019, 6/2019, 30/6/2019.",
        "This is no date, so it is read as text. Write 2019, 6/2019 or 30/6/2019.",
    ),
    "note_date_range": (
        "Khoảng ngày kết thúc trước khi bắt đầu, nên không có bài nào: viết ngày sớm trước.",
        "The range of dates ends before it begins: write the earlier date first.",
    ),
    "note_distance": (
        "Số tiếng xen giữa nhiều nhất là 99, nên số này được hiểu là 99.",
        "At most 99 syllables may stand between, so this number is read as 99.",
    ),
    "note_excluded": (
        "Trừ phần này ra thì không còn bài nào. Muốn tìm nó, thêm dấu cách sau dấu trừ.",
        "No article is left without this. To search for it, put a blank behind the minus.",
    ),
    "note_near": (
        "NEAR cần cụm từ ở hai bên, nên đọc là AND.",
        "NEAR needs a phrase on both sides, so it is read as AND.",
    ),
    "note_quotes_empty": (
        "Trong ngoặc kép không có tiếng nào, nên không tính.",
        "These quotes contain no syllable, so they do not count.",
    ),
    "note_operator_alone": (
        "Toán tử cần có vế ở hai bên, nên không tính. Muốn tìm chữ ấy, viết thường.",
        "An operator needs something on both sides, so it does not count. To search for the "
        "word, type it in small letters.",
    ),
    "note_quote_not_closed": (
        "Có dấu ngoặc kép mở mà không đóng, nên không tính.",
        "A quote is never closed, so it does not count.",
    ),
    "note_word_pattern": (
        "Sau word: thì * và ~ không tính.",
        "Behind word: there is no pattern, so * and ~ do not count.",
    ),
    "note_word_takes_one": (
        'word: chỉ lấy một tiếng; từ dài thì đặt trong ngoặc kép: word:"dân vận".',
        'word: takes one syllable; quote a longer word: word:"dân vận".',
    ),
    # Errors, by their codes.
    "error_query-syntax": (
        "Câu tìm không hiểu được, hoặc đòi quá nhiều việc. Hãy sửa lại hoặc viết ngắn hơn.",
        "The query cannot be understood, or asks for too much. Change it, or shorten it.",
    ),
    "error_query-timeout": (
        "Tìm quá lâu nên đã dừng. Hãy viết câu cụ thể hơn.",
        "The search took too long and was stopped. Make the query more specific.",
    ),
    "error_option-invalid": (
        "Một tuỳ chọn có giá trị không dùng được. Hãy sửa hoặc bỏ nó đi.",
        "An option has a value that cannot be used. Change it, or leave it out.",
    ),
    "error_argument-type": ("Yêu cầu không hợp lệ.", "The request makes no sense."),
    "error_busy": (
        "Máy chủ đang bận. Hãy thử lại sau giây lát.",
        "The server is busy. Try again in a moment.",
    ),
    "error_not-found": (
        "Không có bài này; có thể nó đã bị xoá.",
        "There is no such article; it may have been removed.",
    ),
    "error_store-unsupported": (
        "Các bài nằm trên một cụm máy chủ, nơi không làm được việc này.",
        "The articles are on a cluster, which cannot do this.",
    ),
    "error_store-unavailable": (
        "Cụm máy chủ không trả lời hoặc đang thiếu một phần. Hãy thử lại sau giây lát.",
        "The cluster does not answer, or lacks a part. Try again in a moment.",
    ),
    "error_index": (
        "Chỉ mục không dùng được. Người quản trị nên chạy `dvsearch verify`.",
        "The index cannot be used. The operator should run `dvsearch verify`.",
    ),
    **EXPLANATION_TEXTS,
}
"""Each text in Vietnamese and in English."""


class Language:
    """One of the languages, and how it writes numbers and days.

    :param code: ``vi`` or ``en``.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self._column = LANGUAGES.index(code)

    @property
    def other(self) -> str:
        """The code of the other language."""
        return LANGUAGES[1 - self._column]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text.

        :param key: a key of :data:`TEXTS`.
        :param values: what stands in its braces.
        """
        text = TEXTS[key][self._column]
        return text.format(**values) if values else text

    def error(self, code: str) -> str:
        """Return what to say of an error with a code."""
        known = f"error_{code}"
        return self(known if known in TEXTS else "error_index")

    def number(self, value: int) -> str:
        """Return a number with its thousands apart."""
        text = f"{value:,}"
        return text.replace(",", ".") if self.code == "vi" else text

    def decimal(self, value: float, digits: int = 4) -> str:
        """Return a number with so many digits behind its point."""
        text = f"{value:,.{digits}f}"
        return text.translate(_COMMA_FOR_POINT) if self.code == "vi" else text

    def day(self, day: datetime.date) -> str:
        """Return a day as people write it."""
        if self.code == "vi":
            return f"{day.day}/{day.month}/{day.year}"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_KNOWN: Final = {code: Language(code) for code in LANGUAGES}


def language_of(chosen: str, accepted: str) -> Language:
    """Return the language of a page.

    :param chosen: the code that the address names; others are ignored.
    :param accepted: the header Accept-Language. Without it the language is Vietnamese; if it has
        neither language, English.
    """
    if chosen in _KNOWN:
        return _KNOWN[chosen]
    if not accepted.strip():
        return _KNOWN["vi"]
    best, code = 0.0, "en"
    for part in accepted[:1000].split(","):
        name, _, parameter = part.partition(";")
        tag = name.strip().lower().partition("-")[0]
        match = _QUALITY.fullmatch(parameter.strip())
        quality = float(match[1]) if match else 1.0
        if tag in _KNOWN and quality > best:
            best, code = quality, tag
    return _KNOWN[code]
