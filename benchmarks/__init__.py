"""Measure danvan-search against other engines, in the same run and on the same texts.

    python -m benchmarks run --corpus news.jsonl.xz --relevance sets/ --out results.json
    python -m benchmarks report results.json

The parts, in the order in which data flows::

    corpora ──> sampling ──> tasks ──> results.json ──> report, plots
                  peers ──────┘ └── measure

``corpora`` reads documents, ``sampling`` draws queries from them with a fixed seed, ``peers`` are
the engines behind one face, ``measure`` takes times and memory, ``tasks`` puts these together.
``report`` writes docs/benchmarks.md from the results and nothing else. ``segmentation`` compares
the word segmentation with underthesea; it is a task, and a command of its own. ``pipeline`` is what
one would write with Whoosh and underthesea alone. Corpora are named by path and never copied;
indexes are built in a folder that is given, or a temporary one.
"""
