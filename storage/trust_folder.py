"""Trust lists in a folder: all versions are kept, the newest one counts.

Signatures are checked before anything is written, and again whenever a list is read, so that
neither a bad download nor a hand in the folder can change whom this instance believes. What was
accepted once is remembered by version and identity: an older list does not come back because a
newer file is gone. A newest file that is damaged leaves no list at all: an older one may trust
what was withdrawn.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from certs import canonical
from certs.errors import MalformedRecordError
from signing.certificates import Certificate, parse_pem_certificates
from signing.errors import SigningError
from storage.trust_files import CHANGES, ROOT, Mark, Refusal, TrustFiles, list_name
from storage.trust_readings import Reading, Watch
from verify.errors import TrustListError
from verify.trust_lists import CLOCK_SKEW, TrustList
from verify.trust_roots import MAX_CHANGE_BYTES, MAX_CHANGES, RootChange, TrustRoots

_MAX_CHANGES_BYTES: Final = MAX_CHANGES * MAX_CHANGE_BYTES


def _system_time() -> datetime:
    return datetime.now(UTC)


class TrustFolder:
    """The pinned root, those that followed it, and the lists that they signed."""

    def __init__(
        self,
        folder: Path,
        *,
        now: Callable[[], datetime] = _system_time,
        look_seconds: float = 0.0,
    ) -> None:
        """Use ``folder``; it need not exist.

        Args:
            folder: Where the files lie.
            now: The clock by which roots begin and end, and lists lie in the future.
            look_seconds: How long what others did in the folder may go unseen.
        """
        self._look_seconds = look_seconds
        self._looked_at = float("-inf")
        self._files = TrustFiles(folder)
        self._now = now
        self._kept: Reading | None = None

    def pin(self, root: Certificate) -> None:
        """Pin the root; a pinned root is never replaced this way.

        Raises:
            TrustListError: Another root is pinned already.
        """
        with self._files.locked():
            if (self._files.folder / ROOT).exists():
                if self.root() != root:
                    raise TrustListError("conflict", "another root is pinned")
                return
            self._files.write(ROOT, root.to_pem().encode("ascii"))

    def repin(self, root: Certificate) -> Path:
        """Start anew with another root; only for a root whose key cannot be relied on.

        Returns:
            The folder where everything known before was put aside.
        """
        with self._files.locked():
            aside = self._files.put_aside(self._now())
            self._files.write(ROOT, root.to_pem().encode("ascii"))
        return aside

    def root(self) -> Certificate | None:
        """Return the pinned root, or None."""
        content = self._files.read(ROOT)
        try:
            return parse_pem_certificates((content or b"").decode("ascii"))[0]
        except (UnicodeDecodeError, SigningError):
            return None

    def roots(self) -> TrustRoots | None:
        """Return the pinned root and those that followed; None if none is pinned."""
        root = self.root()
        if root is None:
            return None
        roots = TrustRoots(pinned=root)
        try:
            return roots.extended(self._changes())
        except TrustListError:
            return roots

    def current(self) -> TrustList | None:
        """Return the newest list, or None if there is none or it must not be believed."""
        newest = self._newest()
        return newest.trust if newest else None

    def current_bytes(self) -> bytes | None:
        """Return the same as it came."""
        newest = self._newest()
        return newest.trust.encoded if newest else None

    def recognize(self, data: bytes, *, at: datetime) -> TrustList | None:
        """Return a list of any version, if a root that was believed at ``at`` signed it.

        For verdicts of an earlier day, which rest on the list of that day.
        """
        roots = self.roots()
        if roots is None or not data:
            return None
        try:
            found, _ = TrustList.follow(data, roots=roots, at=at)
        except TrustListError:
            return None
        return found

    def problem(self) -> str:
        """Return why there is no current list, for people; empty if there is one.

        ``no-root``, ``no-list``, ``lost`` (a newer one was accepted), ``root-ended``, ``damaged``.
        """
        if self.current() is not None:
            return ""
        roots, version, mark = self.roots(), self._files.newest_version(), self._files.mark()
        if roots is None:
            return "no-root"
        if version == 0 and mark is None:
            return "no-list"
        if mark is not None and version < mark.version:
            return "lost"
        return self._why_not(roots, version)

    def refusals(self) -> tuple[Refusal, ...]:
        """Return the genuine lists that were refused, the latest first."""
        return self._files.refusals()

    def accept(self, data: bytes) -> TrustList:
        """Store a newer list; storing the current one again does no harm, and repairs it.

        Raises:
            TrustListError: No root is pinned, the list is not of a root believed now, it lies in
                the future, it is older than what was accepted before, or another list of the
                same version was.
        """
        self._known_roots()  # nothing is made where no root is pinned
        with self._files.locked():
            roots = self._known_roots()
            offered, followed = TrustList.follow(data, roots=roots, at=self._now())
            try:
                self._check_order(offered)
            except TrustListError as error:
                self._remember(error.reason, offered)
                raise
            self._store(offered, followed)
        return offered

    def _check_order(self, offered: TrustList) -> None:
        """Refuse what lies in the future, or behind what is known."""
        if offered.issued_at > self._now() + CLOCK_SKEW:
            raise TrustListError("not-yet", f"issued at {offered.issued_at.isoformat()}")
        newest, mark = self._files.newest_version(), self._files.mark()
        if mark is not None and newest < mark.version:
            newest = mark.version
        if offered.version < newest:
            raise TrustListError("rollback", f"version {offered.version} after {newest}")
        current = self.current()
        known = {mark.identity} if mark is not None and mark.version == offered.version else set()
        if current is not None and current.version == offered.version:
            known.add(current.identity)
        if known - {offered.identity}:
            raise TrustListError("conflict", f"two lists of version {offered.version}")

    def _store(self, offered: TrustList, roots: TrustRoots) -> None:
        """Write what changed; the list first, for a mark without its list would leave none."""
        if roots.changes and roots != self.roots():
            entries = [item.entry for item in roots.changes]
            self._files.write(CHANGES, canonical.encode(entries, max_bytes=_MAX_CHANGES_BYTES))
        current = self.current()
        is_new = current is None or current.identity != offered.identity
        if is_new:
            self._files.write(list_name(offered.version), offered.encoded)
        mark = Mark(version=offered.version, identity=offered.identity)
        if self._files.mark() != mark:
            self._files.write_mark(mark)
        if is_new:
            watch = Watch.of(self._files, offered.version)
            self._kept = Reading(watch=watch, trust=offered, roots=roots)

    def _known_roots(self) -> TrustRoots:
        """Return every root known: by the file of changes, or by the list that stands.

        Raises:
            TrustListError: No root is pinned.
        """
        kept, roots = self._newest(), self.roots()
        if roots is None:
            raise TrustListError("not-trusted", "还没有钉定信任根 no trust root is pinned")
        return roots if kept is None else kept.roots

    def _remember(self, reason: str, offered: TrustList) -> None:
        mark = self._files.mark()
        refusal = Refusal(
            at=self._now().isoformat(timespec="seconds"),
            reason=reason,
            version=offered.version,
            identity=offered.identity,
            known=mark.version if mark is not None else self._files.newest_version(),
        )
        self._files.remember(refusal, offered.encoded)

    def _changes(self) -> tuple[RootChange, ...]:
        content = self._files.read(CHANGES)
        if content is None:
            return ()
        try:
            value = canonical.parse_json(content, max_bytes=_MAX_CHANGES_BYTES)
        except MalformedRecordError as error:
            raise TrustListError("malformed", str(error)) from error
        if not isinstance(value, list):
            raise TrustListError("malformed", "no list of changes of root")
        return tuple(RootChange.parse(item) for item in value[: MAX_CHANGES + 1])

    def _newest(self) -> Reading | None:
        """Return the newest list, if it checks out by files, clock and roots."""
        kept, now = self._kept, time.monotonic()
        is_due = now - self._looked_at >= self._look_seconds
        if kept is None or (is_due and not kept.watch.still_holds(self._files)):
            kept = self._read()
        if is_due:
            self._looked_at = now
        return kept if kept is not None and kept.is_believed_at(self._now()) else None

    def _read(self) -> Reading | None:
        version, watch, mark = self._present()
        if mark is not None and version < mark.version:
            # A list is there before its mark: somebody stored both since the folder was listed.
            version, watch, mark = self._present()
        roots = self.roots()
        if roots is None or version == 0 or (mark is not None and version < mark.version):
            return None
        try:
            trust, followed = self._believed(roots, version)
        except TrustListError:
            return None
        if mark is not None and mark.version == version and mark.identity != trust.identity:
            return None
        self._kept = Reading(watch=watch, trust=trust, roots=followed)
        return self._kept

    def _present(self) -> tuple[int, Watch, Mark | None]:
        # Stamps before contents: what changes in between is read again next time.
        version = self._files.newest_version()
        return version, Watch.of(self._files, version), self._files.mark()

    def _believed(self, roots: TrustRoots, version: int) -> tuple[TrustList, TrustRoots]:
        data = self._files.list_bytes(version)
        if data is None:
            raise TrustListError("malformed", "the file cannot be read")
        trust, followed = TrustList.follow(data, roots=roots, at=self._now())
        # A file renamed to a higher version does not become one.
        if trust.version != version:
            raise TrustListError("malformed", "the file bears another version's name")
        return trust, followed

    def _why_not(self, roots: TrustRoots, version: int) -> str:
        for term in roots.terms:
            try:
                TrustList.parse(self._files.list_bytes(version) or b"", root=term.root)
            except TrustListError:
                continue
            return "damaged" if term.covers(self._now()) else "root-ended"
        return "damaged"
