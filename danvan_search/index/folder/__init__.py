"""The folder of an index: names, locks, commits, and Whoosh's view of all of it.

::

    index_folder    the format marker, the lock of the writer, errors of the disk in words
    commit_file     which segments make up a generation: read and written with a checksum
    whoosh_segment  a segment as Whoosh's table of contents names it, and as Whoosh reads it
    publish         a new index, built beside its place and renamed into it
    swap            one folder in the place of another
    file_lock       locks between processes
    fsync           files and names that the disk holds
    verify          which files of an index are damaged
"""
