"""The names of the rules that an archive package can break."""

from enum import StrEnum, unique


@unique
class PackageRule(StrEnum):
    """What a ``MalformedPackageError`` names, beside the rules of zip files (``OfdRule``)."""

    FOREIGN = "foreign"  # a bag or a zip, but not a package of this profile
    ROOT = "root"  # entries lie in several folders, or in none
    NAME_LENGTH = "name-length"
    MISSING = "missing"  # listed, and not there
    UNLISTED = "unlisted"  # there, and not listed
    TAG_CHANGED = "tag-changed"  # a manifest or description is not the one that was listed
    CONTENT_CHANGED = "content-changed"  # a file is not the one that was listed
    MANIFEST = "manifest"  # the manifest itself cannot be read
    BAG_INFO = "bag-info"
    FETCH = "fetch"
    NOT_A_FILE = "not-a-file"  # in a folder, a link or something else that is no plain file
    NOT_STRICT = "not-strict"  # readable, but not as our writer writes it
    RECORD = "record"  # the record or the case cannot be read
    ENVELOPE = "envelope"  # eep.xml cannot be read
