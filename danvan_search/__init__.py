"""danvan-search: Vietnamese full-text search."""
