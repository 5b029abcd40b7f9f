"""Reading a whole index to tell which of its files are not what was written."""

from dataclasses import dataclass
from pathlib import Path

from danvan_search.errors import IndexDamagedError, StoreError
from danvan_search.index import contents
from danvan_search.index.arrays.arrayfile import ArrayFile
from danvan_search.index.segments import DOCUMENTS_SUFFIX, GRID_SUFFIX, OpenSegment
from danvan_search.index.store import opening_errors


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a file of an index.

    :ivar file: its name.
    :ivar problem: what is wrong, in words.
    """

    file: str
    problem: str


def damages(path: Path) -> list[Damage]:
    """Read the newest generation of an index; return what is damaged or missing."""
    try:
        with opening_errors(path):
            newest = contents.read_latest(path)
    except IndexDamagedError as error:
        generation = contents.latest_generation(path)
        return [Damage(f"_MAIN_{max(generation, 0)}.toc", str(error))]
    found: list[Damage] = []
    for segment in newest.segments:
        whole = True
        for suffix in (GRID_SUFFIX, DOCUMENTS_SUFFIX):
            name = f"{segment.segment_id()}{suffix}"
            try:
                with opening_errors(path):
                    ArrayFile(path / name).verify()
            except StoreError as error:
                whole = False
                found.append(Damage(name, str(error)))
        if whole:
            try:
                with opening_errors(path):
                    OpenSegment(path, segment.segment_id(), segment.doc_count_all())
            except StoreError as error:
                found.append(Damage(f"{segment.segment_id()}{DOCUMENTS_SUFFIX}", str(error)))
    return found
