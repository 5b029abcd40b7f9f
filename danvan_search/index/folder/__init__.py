"""The folder of an index: file names, locks, commits, and the view that Whoosh has of them.

::

    file_names      the names of all files in the folder
    index_folder    format marker, writer's lock, and disk errors as messages
    commit_file     the list of segments of a generation, read and written with a checksum
    segment_entry   what the commit file says of a segment
    whoosh_segment  Whoosh's part of the commit file
    publish         a new index, built beside its place and renamed into it
    swap            the replacement of one folder by another
    file_lock       locks between processes
    fsync           durable files, folder entries and folder exchanges
    verify          a check of every byte, which lists the damaged files
"""
