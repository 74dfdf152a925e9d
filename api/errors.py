"""Errors raised by the api package.

ApiError
├── HomeError       a folder is no instance, or already one
├── SettingsError   a setting is missing or wrong
├── OwnRoleError    somebody gives something to, or takes something from, that very somebody
├── IdentityUnsetError  accounts cannot be bound: no identity provider is set
├── DemoOnlyError   a demo service was asked for outside demo and dev
└── UsageError      a command that cannot be understood
"""


class ApiError(Exception):
    """Base of every error this package raises on purpose; the message is for people."""


class HomeError(ApiError):
    """A folder is no instance, or already one."""


class SettingsError(ApiError):
    """A setting is missing or wrong."""


class OwnRoleError(ApiError):
    """Somebody would give a role to, or take one from, nobody else but that very somebody."""


class IdentityUnsetError(ApiError):
    """Accounts cannot be bound: this instance has no identity provider."""


class DemoOnlyError(ApiError):
    """A demo service was asked for outside ``demo`` and ``dev``."""


class UsageError(ApiError):
    """A command cannot be understood or carried out as given."""
