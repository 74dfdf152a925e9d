"""What another implementation says of the demo's licenses."""

import time
from datetime import UTC, datetime
from pathlib import Path

from api.demo_steps import Row
from api.founding import CRL_FILE
from signing.reference.validation import validate
from storage.trust_folder import TrustFolder


def second_opinion(home: Path, pdfs: tuple[Path, ...]) -> Row:
    """Let pyHanko, another implementation, judge every face."""
    root = TrustFolder(home / "trust").root()
    anchors = (root.encoded,) if root is not None else ()
    lists = ((home / "crl" / CRL_FILE).read_bytes(),)
    started = time.perf_counter()
    now = datetime.now(UTC)
    sound = sum(
        validate(path.read_bytes(), anchors=anchors, at=now, revocation_lists=lists).is_sound
        for path in pdfs
    )
    return Row(
        step="另一实现复核 · second opinion (pyHanko)",
        result=f"{sound} of {len(pdfs)} sound",
        as_expected=sound == len(pdfs),
        seconds=time.perf_counter() - started,
        facts={"sound": sound},
    )
