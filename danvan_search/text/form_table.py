"""The form table: a growing list of accented forms, their ids and their folded forms."""


class FormTable:
    """A growing list of distinct accented forms with their folded forms; ids never change.

    Ids count from 0 in the order in which forms are added.

    :ivar accented: the accented forms, indexed by id.
    :ivar folded: the folded form of each accented form, indexed by the same id.
    """

    def __init__(self) -> None:
        self.accented: list[str] = []
        self.folded: list[str] = []
        self._ids: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.accented)

    def add(self, accented: str, folded: str) -> int:
        """Return the id of an accented form; a form that is not in the table is appended."""
        known = self._ids.get(accented)
        if known is not None:
            return known
        added = self._ids[accented] = len(self.accented)
        self.accented.append(accented)
        self.folded.append(folded)
        return added
