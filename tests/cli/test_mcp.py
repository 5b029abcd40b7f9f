"""`dvsearch mcp` where its extra is missing; tests/adapters has the rest."""

import sys


def test_without_the_extra_a_sentence_says_how_to_install_it(run, monkeypatch):
    """The error is one line, with the command."""
    for name in ("mcp", "mcp.server.mcpserver"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "danvan_search.mcp", raising=False)
    result = run("mcp")
    assert result.exit_code == 2
    expected = "error: `dvsearch mcp` needs the package mcp: pip install 'danvan-search[mcp]'\n"
    assert result.stderr == expected
