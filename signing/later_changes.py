"""What revisions that were added to a PDF after a signature change (增量更新), by name."""

from enum import StrEnum, unique


@unique
class LaterChanges(StrEnum):
    """What came after the signed revision, the worst of it."""

    NONE = "none"
    VALIDATION_DATA = "validation-data"
    FORM_FILLING = "form-filling"
    OTHER = "other"
    UNREADABLE = "unreadable"
