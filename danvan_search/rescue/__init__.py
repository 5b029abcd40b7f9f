"""Checks an index, repairs a damaged or outdated one, and makes and restores backups.

::

    folder   the files in the folder of an index, by name
    check    reads every byte and reports the damage
    salvage  reads the intact articles of a damaged segment
    repair   builds a new index from everything intact, and puts it in place of the damaged one
    outdated finds out whether an index is of an earlier version
    earlier_format  reads the articles of an index of the format before
    archive  the backup format, and a reader that trusts nothing in it
    backup   writes one generation of an index to an archive
    restore  makes an index from an archive

These modules work on folders that :class:`danvan_search.Index` may be unable to open.
"""
