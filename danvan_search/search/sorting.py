"""The order that the option ``sort`` asks for."""

from danvan_search.search.execution.order import Order, by_date, by_rank
from danvan_search.search.options import Sort
from danvan_search.search.searchable import SearchableSnapshot


def order_of(sort: Sort, index: SearchableSnapshot) -> Order | None:
    """Return the order that comes before tiers and scores; None if these decide alone.

    The first search that sorts by title after a commit ranks all titles.
    """
    match sort:
        case "score":
            return None
        case "date" | "date-asc":
            return by_date(index.doc_values, oldest_first=sort == "date-asc")
        case "title" | "title-desc":
            return by_rank(index.title_ranks(), highest_first=sort == "title-desc")
