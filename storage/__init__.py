"""Adapters: the database and the object store."""
