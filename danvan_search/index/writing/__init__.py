"""Writing: articles to segments, and segments to larger ones.

::

    articles ── segment_builder ── text_analysis | worker_pool ──> columns, text_buffer
    columns ── segment_writer ── inverter (by folded_ranges) ──> the two files of a segment
    segments ── segment_merger ──> columns ── segment_writer ──> one segment
    index_writer   one commit: new segments, removals, merges (merge_policy), commit file

``arena`` holds the arrays of a build until they are used up.
"""
