"""The codec: what one segment is, as checked NumPy arrays; it knows neither queries nor folders.

A segment is two files of named arrays (``array_file``), mapped when opened and checked block by
block as they are read (``checked_array``); ``array_checks`` are those of values. ``segment_files``
opens them. ``<segment>.docs`` holds ``doc_values``: ids, dates, categories, origins, in named
columns (``byte_columns``).
``<segment>.grid`` holds the rest, which ``segment_reader`` reads::

    term_dictionary  accented forms by number; the variants of a folded form are neighbours
    grid             one 16-bit accented id per syllable, with gaps between texts
    positions        one list of slots, sorted by folded syllable, following syllable, slot
    postings         documents and frequencies of folded, accented and frequent biword terms;
                     ``long_lists`` stores those of many documents
    champions        the best documents of frequent phrases, scored by ``bm25``
    offsets          start offset and length of each syllable: two bytes per slot, and sums
    stored_text      titles and bodies, a byte per character (``text_encoding``), compressed
    word_boundaries  one bit per syllable: a word starts here

The documents of a segment are numbered from 0 in the order they were added. Title and body share
one grid, with a gap between them; the slot at which the body starts tells their occurrences apart,
so one search counts both. ``posting_counts`` and ``ragged`` count and cut sorted arrays;
``narrow``, ``four_bits`` and ``grouped_offsets`` store numbers in few bytes;
``corruption`` tells damage from bugs, by ``segment_check``.
"""
