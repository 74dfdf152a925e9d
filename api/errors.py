"""Errors raised by the api package.

ApiError
├── HomeError       a folder is no instance, or already one
├── SettingsError   a setting is missing or wrong
├── DemoOnlyError   a demo service was asked for outside demo and dev
└── UsageError      a command that cannot be understood
"""


class ApiError(Exception):
    """Base of every error this package raises on purpose; the message is for people."""


class HomeError(ApiError):
    """A folder is no instance, or already one."""


class SettingsError(ApiError):
    """A setting is missing or wrong."""


class DemoOnlyError(ApiError):
    """A demo service was asked for outside ``demo`` and ``dev``."""


class UsageError(ApiError):
    """A command cannot be understood or carried out as given."""
