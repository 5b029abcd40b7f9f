"""What Whoosh reads of a segment, made of the arrays of its two files when it asks for it.

Nothing is stored for Whoosh but its part of the commit file. ``schema`` has the fields, and says
what each is made of; ``article_codec`` opens a segment for Whoosh::

    terms_reader   the terms of all fields, by field: terms, postings and statistics
    text_terms     titles and bodies, in folded and accented forms: the grid and the positions
    word_terms     the words of the segmenter: the grid and the word boundaries
    value_terms    ids, categories, sources and dates: the doc values
    postings       the postings of one term, and the matcher over them
    documents      stored fields, lengths, term vectors and deletions
    columns        doc values to sort and group by
"""
