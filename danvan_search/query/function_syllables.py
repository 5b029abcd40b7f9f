"""Function syllables: those that join and ask, and say little about what is sought."""

from typing import Final

from danvan_search.text import fold

_TEXT: Final = """
    là gì của và các có cho được trong theo về với thì mà này đó những một khi nào như thế bị hay
    hoặc không phải sẽ đã đang tại từ đến ra vào bởi do để nếu vì nên ở trên dưới sau trước ai đâu
    sao bao nhiêu mấy ạ à nhỉ cũng rất còn đều chỉ vẫn lại rồi hãy nữa
"""

FUNCTION_SYLLABLES: Final = frozenset(_TEXT.split())
"""Their accented forms."""
FUNCTION_FOLDED: Final = frozenset(map(fold, FUNCTION_SYLLABLES))
"""Their folded forms, which stand for those typed without a mark."""
