"""``yinxin demo``: two regions, real keys, real HTTP, the whole mission once, with a table."""

import argparse
import json
import signal
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
from rich.progress import Progress

from api import demo_opinions
from api import demo_steps as steps
from api.commands.registry import Commands, add_command
from api.commands.serve import check_port
from api.console import FAILED, OK, Output
from api.demo_archive import archive_one
from api.demo_country import (
    UNLOCK_NOTE,
    WINDOW,
    DemoRegion,
    found_country,
    own_environment,
    prepare_folder,
    regions,
    settle_people,
    spread_trust,
)
from api.demo_identity import DemoIdentity
from api.demo_person import DemoHolder, appoint_clerk, mint_of_person
from api.demo_restaurant import RestaurantScene, connect_sources
from api.demo_servers import running
from api.demo_verdicts import VerdictDesk
from api.founding import AUTHORITY
from api.homes import Home

LICENSES: Final = 20
_FIRST_PORT: Final = 8000
_HTTP_SECONDS: Final = 30.0


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    parser = add_command(
        commands, "demo", _demo, text="完整演示 · the whole mission once", parents=[shared]
    )
    parser.add_argument("--out", type=Path, default=Path("demo-out"), metavar="DIR")
    parser.add_argument("--serve", action="store_true", help="演示后继续服务 · keep serving")
    parser.add_argument(
        "--port",
        type=int,
        default=_FIRST_PORT,
        help="芜湖的端口，宝鸡和身份认证用其后两个 · and the next two",
    )


def _demo(options: argparse.Namespace, output: Output) -> int:
    # Ended in whatever way, the demo ends the servers that it started.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    country = regions(options.port, options.port + 1)
    served = country[:2]
    identity = DemoIdentity(port=options.port + 2, served=served)
    for port in (*(region.port for region in served), identity.port):
        check_port("127.0.0.1", port)
    started = time.perf_counter()
    with own_environment():
        with output.progress() as progress:
            rows, holders = _run(options.out, country, identity, progress)
        good = all(row.as_expected for row in rows)
        _report(options.out, rows, time.perf_counter() - started, output)
        if options.serve and good:
            _serve(options.out, identity, holders, output)
    return OK if good else FAILED


_Holders = tuple[DemoHolder, DemoHolder]


def _run(
    out: Path,
    country: tuple[DemoRegion, DemoRegion, DemoRegion],
    identity: DemoIdentity,
    progress: Progress,
) -> tuple[list[steps.Row], _Holders]:
    """Do the whole mission; return what came of it, and who signs in as holders afterwards."""
    issuing, accepting, unknown = country
    _found(out, country, progress)
    identity.connect(out)
    minted, bad = _mint(out, issuing, progress)
    stray_sheet = out / "食品经营许可证-合肥.xlsx"
    steps.write_samples(stray_sheet, unknown, 1, with_bad=False)
    stray = steps.mint(out / unknown.folder, stray_sheet, out / "unknown", lambda _done: None)
    rows = [
        steps.minted_row(minted, LICENSES, bad),
        demo_opinions.second_opinion(out / issuing.folder, minted.pdfs),
    ]
    holder, name = steps.holder_of_license(minted.pdfs[0])
    nurse = mint_of_person(out / issuing.folder)
    appoint_clerk(out / issuing.folder, DemoHolder(code=holder, name=name))
    issuing_tokens = settle_people(out / issuing.folder, holder, name)
    accepting_tokens = settle_people(out / accepting.folder, None, "")
    identity.bind(out, at=datetime.now(UTC))
    with httpx.Client(timeout=_HTTP_SECONDS) as http:
        tour = steps.Tour(
            out=out,
            http=http,
            issuing=issuing,
            accepting=accepting,
            issuing_tokens=issuing_tokens,
            accepting_tokens=accepting_tokens,
        )
        restaurant = RestaurantScene(
            http=http,
            holding=accepting,
            accepting=issuing,
            holding_tokens=accepting_tokens,
            accepting_tokens=issuing_tokens,
        )
        window = VerdictDesk(out=out, http=http, region=accepting, token=accepting_tokens[WINDOW])
        with running(out, (issuing, accepting)) as servers:
            checking = progress.add_task("宝鸡核验 · verifying", total=LICENSES)
            rows += [
                tour.verify_all(
                    minted.pdfs, lambda done: progress.update(checking, completed=done)
                ),
                window.verify_picture(minted.pdfs[3]),
                window.take_receipt(minted.pdfs[3]),
                tour.verify_tampered(minted.pdfs[2]),
                tour.verify_revoked(minted.pdfs[1], minted.licenses[1].identifier),
                tour.verify_unknown(stray.pdfs[0]),
                tour.refuse_paper(out / accepting.folder, holder, name),
                tour.show_code(minted.licenses[0].identifier),
                window.prove_time(
                    minted.pdfs[0],
                    minted.licenses[0].identifier,
                    issuer=issuing,
                    root=Home(out / "root").folder("certs") / f"{AUTHORITY}.pem",
                ),
                archive_one(out, out / issuing.folder, minted.licenses[0].identifier),
                *restaurant.rows(),
            ]
            servers.end(issuing)
            rows.append(window.verify_of_the_silent(minted.pdfs[4]))
            return rows, (DemoHolder(code=holder, name=name), nurse)


def _found(
    out: Path, country: tuple[DemoRegion, DemoRegion, DemoRegion], progress: Progress
) -> None:
    """Make the regions, and the trust list that names the first two."""
    task = progress.add_task("准备三个地区 · founding", total=3)
    passphrase = prepare_folder(out)
    now = datetime.now(UTC)
    found_country(out, country, passphrase=passphrase, now=now)
    progress.update(task, completed=2)
    spread_trust(out, country[:2], passphrase=passphrase, now=now)
    connect_sources(out, country[0], country[1])
    progress.update(task, completed=3)


def _mint(out: Path, region: DemoRegion, progress: Progress) -> tuple[steps.Minted, int]:
    """Mint the sample spreadsheet, and tell how many of its rows are bad."""
    sheet = out / "食品经营许可证-芜湖.xlsx"
    bad = steps.write_samples(sheet, region, LICENSES, with_bad=True)
    task = progress.add_task("芜湖制证 · minting", total=LICENSES + bad)
    minted = steps.mint(
        out / region.folder,
        sheet,
        out / "licenses",
        lambda done: progress.update(task, completed=done),
    )
    refused = "".join(f"{line}\n" for line in minted.refused)
    (out / "refused-rows.txt").write_text(refused, encoding="utf-8")
    return minted, bad


def _report(out: Path, rows: list[steps.Row], seconds: float, output: Output) -> None:
    value: dict[str, Any] = {
        "as_expected": all(row.as_expected for row in rows),
        "seconds": round(seconds, 2),
        "licenses_per_second": round(rows[0].facts["licenses_per_second"], 1),
        "rows": [asdict(row) for row in rows],
    }
    (out / "demo.json").write_text(json.dumps(value, ensure_ascii=False, indent=2), "utf-8")
    if output.as_json:
        output.result(value)
        return
    output.table(
        "印信演示 · Yinxin demo",
        ("步骤 step", "结果 result", "", "秒 s"),
        (
            (row.step, row.result, "✓" if row.as_expected else "✗", f"{row.seconds:.2f}")
            for row in rows
        ),
    )
    output.say(
        f"共 {seconds:.1f} 秒；文件在 {out}/（licenses/、receipt.pdf、refused-rows.txt、"
        f"trust-list.json、demo.json）· {seconds:.1f} s in all; files are in {out}/"
    )
    output.say(
        f"演示口令在 {out / UNLOCK_NOTE}（仅供演示）· the demo passphrase; never do so for real"
    )


def _serve(out: Path, identity: DemoIdentity, holders: _Holders, output: Output) -> None:
    with running(out, identity.served), identity.running(out, *holders):
        for region in identity.served:
            output.say(f"{region.name} {region.url}/  (/verify /window /me)")
        output.say(f"演示用统一身份认证 {identity.issuer}/ · where the demo's people sign in")
        output.say("按 Ctrl-C 结束 · press Ctrl-C to end")
        while True:
            time.sleep(3600)
