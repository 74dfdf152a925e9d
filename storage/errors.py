"""Errors raised by the storage package.

StorageError
├── ObjectNotFoundError       nothing is stored under this digest
├── DamagedObjectError        what is stored is not what was put
├── ObjectRangeError          what is stored has no such part
├── ObjectStoreError          the object store does not answer, or refuses
├── UnfitObjectStoreError     the object store does not keep what it is relied upon for
├── AddressError              the address of a database or an object store cannot be used
├── DatabaseUnreachableError  the database does not answer
├── DatabaseBusyError         other work holds what this work needs; it may be tried again
├── UnstorableValueError      a text is longer than its column, or holds a NUL character
└── SchemaError               the database is not of this version
"""


class StorageError(Exception):
    """Base of every error this package raises on purpose."""


class ObjectNotFoundError(StorageError):
    """Nothing is stored under this digest."""


class DamagedObjectError(StorageError):
    """What is stored is not what was put."""


class ObjectRangeError(StorageError):
    """What is stored has no such part."""


class ObjectStoreError(StorageError):
    """The object store does not answer, or refuses."""


class UnfitObjectStoreError(StorageError):
    """The object store does not keep what it is relied upon for."""


class AddressError(StorageError):
    """The address of a database or an object store cannot be used."""


class DatabaseUnreachableError(StorageError):
    """The database does not answer."""


class DatabaseBusyError(StorageError):
    """Other work holds what this work needs; nothing was changed, and it may be tried again."""


class UnstorableValueError(StorageError):
    """A text is longer than its column, or holds a NUL character."""


class SchemaError(StorageError):
    """The database is not of this version."""
