"""Shows a tree in a short notation, for the expected values of tests."""

from danvan_search.query.nodes import (
    And,
    Boost,
    DateRange,
    Equals,
    Fuzzy,
    InField,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Required,
    Run,
    Wildcard,
)


def shown(node) -> str:
    """Return a tree as text: ``[dân {32 ctr}]`` is a run with a code, ``"dân vận"`` a phrase."""
    match node:
        case Wildcard():
            return "*"
        case Prefix() | Fuzzy():
            return node.accented + ("*" if isinstance(node, Prefix) else "~")
        case Phrase():
            word, slop = "word " * node.word, f"~{node.slop}" * bool(node.slop)
            return f'{word}"{" ".join(map(shown, node.syllables))}"{slop}'
        case Run():
            return f"[{' '.join(map(_shown_bare, node.phrases))}]"
        case Near():
            return f"near{node.distance}({shown(node.left)}, {shown(node.right)})"
        case And() | Or():
            return f"{type(node).__name__.lower()}({', '.join(map(shown, node.nodes))})"
        case Not():
            return f"not {shown(node.node)}"
        case Required():
            return f"must {shown(node.node)}"
        case Boost():
            return f"{shown(node.node)}^{node.factor:g}"
        case InField():
            return f"{node.field} {shown(node.node)}"
        case Equals():
            return f"{node.field}={node.value}"
        case DateRange():
            return f"date {node.low or ''}..{node.high or ''}"
    return getattr(node, "accented", type(node).__name__.lower())


def _shown_bare(phrase) -> str:
    text = " ".join(map(shown, phrase.syllables))
    return text if len(phrase.syllables) == 1 else f"{{{text}}}"


def parts_of(query) -> list:
    """Return the clauses of a query, with each bare syllable and code of a run on its own."""
    return [
        part
        for clause in query.clauses
        for part in (clause.phrases if isinstance(clause, Run) else (clause,))
    ]
