"""The web: a page for people and a REST interface, over the public names of the library.

It needs the extra ``danvan-search[web]``; only :mod:`danvan_search.web.settings` and this module
can be imported without it.

- ``settings``: what an operator decides. ``site``: what requests share. ``app``: the routes.
- ``guard``: the checks before, and the headers after, each request. ``pool``: threads that search.
- ``parameters``: what a request may say. ``answers``: JSON, problems and entity tags.
- ``rest``, ``writing`` and ``openapi``: the REST interface.
- ``asked``, ``search_page``, ``article_page``, ``exports`` and ``originals``: what people see.
  ``templates`` and ``texts``: how, and in which words. ``server``: the process.
"""
