"""An analyzer for each thread, for texts that are in no index."""

import threading
from collections.abc import Sequence
from typing import Final

from danvan_search.text.batch_analyzer import BatchAnalyzer, GridBatch
from danvan_search.text.form_table import FormTable

_MAX_FORMS: Final = 1 << 17
"""An analyzer with more forms is replaced, which bounds its memory. News has some 200,000 forms,
and a page has hundreds."""


class FormIndex(FormTable):
    """A form table that finds the accented forms of a folded form."""

    def __init__(self) -> None:
        super().__init__()
        self._variants: dict[str, list[int]] = {}

    def add(self, accented: str, folded: str) -> int:
        """Return the id of an accented form; a form that is not in the table is appended."""
        count = len(self)
        added = super().add(accented, folded)
        if added == count:
            self._variants.setdefault(folded, []).append(added)
        return added

    def variants(self, folded: str) -> Sequence[int]:
        """Return the ids of the accented forms of a folded form."""
        return self._variants.get(folded, ())


class _Own(threading.local):
    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self.forms = FormIndex()
        self.analyzer = BatchAnalyzer(self.forms)


_OWN: Final = _Own()


def analyzed(texts: Sequence[str]) -> tuple[GridBatch, FormIndex]:
    """Return the syllables of texts, and the forms of their ids."""
    if len(_OWN.forms) > _MAX_FORMS:
        _OWN.renew()
    return _OWN.analyzer.analyze(texts), _OWN.forms
