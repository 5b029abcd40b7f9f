"""Accented forms numbered in the order in which they are met."""


class FormTable:
    """A growing list of accented forms, each with its folded form; ids never change.

    :ivar accented: the accented forms by id.
    :ivar folded: the folded form of each accented form, by the same id.
    """

    def __init__(self) -> None:
        self.accented: list[str] = []
        self.folded: list[str] = []
        self._ids: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.accented)

    def add(self, accented: str, folded: str) -> int:
        """Return the id of an accented form, which is given one if it has none."""
        known = self._ids.get(accented)
        if known is not None:
            return known
        added = self._ids[accented] = len(self.accented)
        self.accented.append(accented)
        self.folded.append(folded)
        return added
