"""The catalogue of an instance (证照目录): the types of the program and those imported."""

from datetime import date

from api.homes import Home
from certs.catalogue import Catalogue
from certs.type_folders import catalogue_with

TYPES_FOLDER = "types"


def catalogue_of(home: Home, *, on: date) -> Catalogue:
    """Return all versions of all types that an instance knows.

    Args:
        home: The instance.
        on: The day; versions published later make no licenses yet.

    Raises:
        MalformedTypeError: An imported type was damaged since, or clashes with a shipped one.
    """
    return catalogue_with(home.folder(TYPES_FOLDER), on=on)
