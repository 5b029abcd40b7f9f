"""Index: building, storing and opening what is searched."""
