"""Benchmarks of danvan-search against other engines, in the same run and on the same texts.

    python -m benchmarks run --corpus news.jsonl.xz --relevance sets/ --out results.json
    python -m benchmarks report results.json
    python -m benchmarks relevance --docs docs.jsonl --queries queries.jsonl --qrels qrels.tsv

The modules, in the direction of the data flow::

    corpora ──> sampling ──> tasks ──> results.json ──> report, plots
                  peers ──────┘ └── measure

- ``corpora`` reads documents.
- ``sampling`` draws queries from them with a fixed seed.
- ``marks`` drops accents of queries; ``significance`` tests paired differences.
- ``peers`` adapts every engine to one interface.
- ``measure`` measures times and memory; ``worker`` runs one measurement in a fresh process.
- ``tasks`` combines these into measurements, and returns their figures.
- ``targets`` compares figures with targets; ``report`` writes docs/benchmarks.md from
  ``results.json`` alone, with the pictures of ``plots``.
- ``segmentation`` compares the word segmentation with underthesea, as a task and as a command.
- ``pipeline`` is the baseline: an indexer made of Whoosh and underthesea alone.

The command line names corpora by path; they are never copied. Indexes are built in the folder of
``--cache``, or in a temporary one.
"""
