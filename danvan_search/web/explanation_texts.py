"""What the page says of why an article has its place, in Vietnamese and in English."""

from typing import Final

EXPLANATION_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "why": ("Vì sao ở đây?", "Why here?"),
    "why_title": ("Vì sao bài này ở đây?", "Why is this article here?"),
    "why_matches": ("Bài này khớp với câu tìm.", "This article matches the query."),
    "why_rest": (
        "Bài này chỉ có một phần của câu tìm, nên đứng sau những bài khớp hết.",
        "This article has only a part of the query, so it follows those that match.",
    ),
    "why_relaxed": (
        "Bài này có một phần của câu tìm; không bài nào có đủ.",
        "This article has a part of the query; no article has all of it.",
    ),
    "why_none": (
        "Bài này không khớp với câu tìm, nên không có trong kết quả.",
        "This article does not match the query, so it is not among the results.",
    ),
    "why_sorted": (
        "Danh sách trước hết được xếp theo: {order}.",
        "The list is sorted by this first: {order}.",
    ),
    "why_tier": (
        "Nhóm: {tier}. Bài nhóm trên luôn đứng trước bài nhóm dưới, dù điểm ra sao.",
        "Tier: {tier}. Articles of a higher tier come first, whatever the scores.",
    ),
    "why_score": (
        "Trong nhóm thì xếp theo điểm: {score}, là tổng của",
        "Within the tier the score decides: {score}, the sum of",
    ),
    # Of what is missing, by its reason.
    "missing_absent": ("Bài không có {part}.", "It does not have {part}."),
    "missing_unknown": ("Không bài nào có {part}.", "No article has {part}."),
    "missing_accents": (
        "Bài có {part}, nhưng chỉ với dấu khác.",
        "It has {part}, but with other accents only.",
    ),
    "missing_excluded": (
        "Câu tìm loại những bài có {part}.",
        "The query excludes articles with {part}.",
    ),
    "missing_filter": ("Bộ lọc {part} loại bài này.", "The filter {part} leaves it out."),
    # The tiers.
    "tier_exact-name": (
        "câu tìm là tiêu đề hoặc số hiệu của bài, đúng dấu đã gõ",
        "the query is its title, or its number, accents as typed",
    ),
    "tier_exact-title": (
        "tiêu đề có nguyên cụm, đúng dấu đã gõ",
        "the title has the query side by side, accents as typed",
    ),
    "tier_exact": (
        "bài có nguyên cụm, đúng dấu đã gõ",
        "it has the query side by side, accents as typed",
    ),
    "tier_folded-name": (
        "câu tìm là tiêu đề hoặc số hiệu của bài, không kể dấu",
        "the query is its title, or its number, whatever the accents",
    ),
    "tier_folded-title": (
        "tiêu đề có nguyên cụm, không kể dấu",
        "the title has the query side by side, whatever the accents",
    ),
    "tier_folded": (
        "bài có nguyên cụm, không kể dấu",
        "it has the query side by side, whatever the accents",
    ),
    "tier_rest-exact": (
        "bài có các phần của câu tìm, đúng dấu đã gõ",
        "it has the parts of the query, accents as typed",
    ),
    "tier_rest": ("những bài còn lại", "any other article"),
    # The parts of a score, by their codes.
    "part_parts": ("các phần của câu tìm", "the parts of the query"),
    "part_places": ("vị trí của các tiếng trong bài", "the places of the syllables"),
    "part_window": (
        "phần lớn nhất của câu tìm nằm trong một quãng ngắn",
        "the most of the query within a short passage",
    ),
    "part_cover": (
        "quãng ngắn nhất có mọi tiếng của câu tìm mà bài có",
        "the shortest passage with all that the article has of the query",
    ),
    "part_trigrams": (
        "ba tiếng liền nhau của câu tìm, trong bài cũng liền nhau",
        "three neighbours of the query side by side",
    ),
    "part_title": (
        "phần của tiêu đề có trong câu tìm",
        "the share of the title that the query has",
    ),
    # Terms, by their kinds.
    "term_accented": ("“{form}” đúng dấu", "“{form}” with these accents"),
    "term_folded": ("“{form}” không kể dấu", "“{form}” whatever the accents"),
    "term_pair": ("“{form}” liền nhau", "“{form}” side by side"),
    "term_phrase": ("cụm {form}", "the phrase {form}"),
    "term_near": ("các cụm gần nhau {form}", "phrases near each other: {form}"),
    "term_pattern": ("mẫu {form}", "the pattern {form}"),
    "term_expansion": ("các cách viết {form}", "the ways to write {form}"),
    "term_exact": ("đúng dấu đã gõ", "accents as typed"),
    "term_counts": ("{tf} lần, có ở {df} bài", "{tf}×, in {df} articles"),
    "term_figures": (
        "idf {idf}, K {norm}, trọng số {weight}",
        "idf {idf}, K {norm}, weight {weight}",
    ),
    "term_title": ("cộng thêm vì ở tiêu đề", "once more for the title"),
    "field_title": ("trong tiêu đề", "in the title"),
    "field_body": ("trong nội dung", "in the body"),
    "field_details": ("trong phần chi tiết", "in the details"),
}
"""Each text in Vietnamese and in English."""
