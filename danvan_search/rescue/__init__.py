"""Checking an index, rescuing what is left of a damaged one, and keeping copies.

::

    folder   which files a folder of an index holds
    check    is all of it what was written?
    salvage  the articles of a damaged segment, one by one
    repair   a new index of all that is whole, in the place of a damaged one
    archive  the form of a backup, and its reading with suspicion
    backup   one generation of an index into an archive
    restore  an archive into an index

All of it works on folders that :class:`danvan_search.Index` may be unable to open.
"""
