"""Checks an index, repairs a damaged one, and makes and restores backups.

::

    folder   the files in the folder of an index, by name
    check    reads every byte and reports the damage
    salvage  reads the intact articles of a damaged segment
    repair   builds a new index from everything intact, and puts it in place of the damaged one
    archive  the backup format, and a reader that trusts nothing in it
    backup   writes one generation of an index to an archive
    restore  makes an index from an archive

These modules work on folders that :class:`danvan_search.Index` may be unable to open.
"""
