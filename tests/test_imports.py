"""Who may import whom: the imports of the package against the table of docs/design.md."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "danvan_search"
DESIGN = PACKAGE.parent / "docs" / "design.md"


def table() -> dict[str, set[str]]:
    """Return the parts of docs/design.md, and what each may import."""
    rows = re.findall(r"^\| `([\w/]+)` \|[^|]*\|([^|]*)\|$", DESIGN.read_text(), re.MULTILINE)
    return {part: set(re.findall(r"`([\w/]+)`", allowed)) for part, allowed in rows}


def modules() -> dict[str, Path]:
    """Return the modules of the package by their dotted names below it."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts).removesuffix("__init__").removesuffix(".")] = path
    return found


MODULES = modules()
PARTS = table()


def imports_of(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield the modules of the package that a file imports, and whether at its top level."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = {id(node) for node in ast.walk(tree) if node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            of_module = f"{node.module}."
            names = [of_module + alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            pytest.fail(f"{path} has a relative import")
        else:
            continue
        for name in names:
            if name.split(".")[0] != "danvan_search":
                continue
            own = name.removeprefix("danvan_search").removeprefix(".")
            # A name may be a module, or something in one.
            yield (own if own in MODULES else own.rpartition(".")[0]), id(node) in top


def part_of(module: str) -> str:
    """Return the part that a module belongs to: the longest name of the table."""
    path = module.replace(".", "/")
    names = [part for part in PARTS if path == part or path.startswith(f"{part}/")]
    return max(names, key=len, default=path or "__init__")


EDGES: dict[tuple[str, str], set[str]] = defaultdict(set)
for _module, _path in MODULES.items():
    for _imported, _ in imports_of(_path):
        EDGES[part_of(_module), part_of(_imported)].add(f"{_module} imports {_imported}")


def test_every_module_belongs_to_a_part():
    """No module is outside the table, and no part of the table is empty."""
    assert {part_of(module) for module in MODULES} == PARTS.keys()


@pytest.mark.parametrize("part", PARTS)
def test_a_part_imports_only_what_it_may(part):
    """Every import goes to a part that the table allows."""
    wrong = [
        example
        for (importer, imported), examples in EDGES.items()
        if importer == part and imported not in {part, *PARTS[part]}
        for example in examples
    ]
    assert wrong == []


def test_the_table_allows_nothing_that_is_not_used():
    """An import that is gone from the code is gone from the table."""
    unused = [
        (part, other)
        for part, allowed in PARTS.items()
        for other in allowed
        if not EDGES.get((part, other))
    ]
    assert unused == []


def test_parts_do_not_import_in_circles():
    """The table has an order in which each part imports only parts before it."""
    left = dict(PARTS)
    while left:
        free = [part for part, allowed in left.items() if not allowed & left.keys()]
        assert free, f"a circle among {sorted(left)}"
        for part in free:
            del left[part]


def test_modules_do_not_import_in_circles():
    """Imports at the top level of modules have an order, too."""
    left = {
        module: {imported for imported, top in imports_of(path) if top} - {module}
        for module, path in MODULES.items()
        if path.name != "__init__.py"
    }
    left = {module: imported & left.keys() for module, imported in left.items()}
    while left:
        free = [module for module, imported in left.items() if not imported & left.keys()]
        assert free, f"a circle among {sorted(left)}"
        for module in free:
            del left[module]
