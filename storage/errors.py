"""Errors raised by the storage package.

StorageError
├── ObjectNotFoundError   nothing is stored under this digest
├── DamagedObjectError    what is stored is not what was put
└── SchemaError           the database is not of this version
"""


class StorageError(Exception):
    """Base of every error this package raises on purpose."""


class ObjectNotFoundError(StorageError):
    """Nothing is stored under this digest."""


class DamagedObjectError(StorageError):
    """What is stored is not what was put."""


class SchemaError(StorageError):
    """The database is not of this version."""
