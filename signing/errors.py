"""Errors raised by the signing package.

SigningError
├── MalformedStructureError   bytes that do not follow the clause named in the message
│   ├── MalformedPdfError     a PDF that breaks a rule of the profile, named by `rule`
│   └── MalformedOfdError     an OFD container that breaks a rule, named by `rule`
├── InvalidSignatureError     a signature value that does not verify
├── InvalidProofError         hashes that do not lead to the root of a log
├── InvalidPathError          a certificate that no path connects to an anchor
├── KeyUnavailableError       the key store cannot answer now; retrying may help
│   ├── WrongPassphraseError  the passphrase does not open the key
│   ├── DamagedKeyError       the key file is not what was written
│   └── TimestampUnavailableError  the timestamping authority gave no token that holds
└── EngineUnavailableError    no SM2 engine passes its self-test
"""


class SigningError(Exception):
    """Base of every error this package raises on purpose."""


class MalformedStructureError(SigningError):
    """Bytes do not follow the standard's structure."""


class MalformedPdfError(MalformedStructureError):
    """A PDF breaks a rule that sealed pages follow.

    Attributes:
        rule: The stable kebab-case name of the rule; ``signing.pdf.rules`` lists them.
    """

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class MalformedOfdError(MalformedStructureError):
    """An OFD container, or a part of it, breaks a rule that files must follow.

    Attributes:
        rule: The stable kebab-case name of the rule; ``signing.ofd.rules`` lists them.
    """

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class InvalidSignatureError(SigningError):
    """A signature value does not verify under the given public key."""


class InvalidProofError(SigningError):
    """Hashes do not lead to the root of a log."""


class InvalidPathError(SigningError):
    """No valid path connects a certificate to an anchor."""


class KeyUnavailableError(SigningError):
    """The key store cannot sign at present."""


class WrongPassphraseError(KeyUnavailableError):
    """The passphrase does not open the key."""


class DamagedKeyError(KeyUnavailableError):
    """The key file is not what was written."""


class TimestampUnavailableError(KeyUnavailableError):
    """The timestamping authority gave no token, or none that holds."""


class EngineUnavailableError(SigningError):
    """No SM2 engine passes its self-test."""
