"""Writes articles to segments, merges segments, and commits.

::

    articles ── segment_builder ── text_analysis | worker_pool ──> columns, text_buffer
    columns  ── segment_writer ── inverter, range by range (folded_ranges) ──> two files
    segments ── segment_merger ──> columns ── segment_writer ──> the files of one segment
    index_writer   one commit: new segments, deletions (committed_segments), merges (merge_policy),
                   vectors (vector_columns), commit file

``arena`` allocates the memory for the arrays of a segment that is being built.
"""
