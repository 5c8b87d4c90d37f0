"""How long a change of answers takes until carers get it, and what carers notice meanwhile.

    .venv/bin/python -m benchmarks.publishing [--answers 2000] [--stock]

Starts the real server with the real model on this machine. A carer asks a question every half second, from before the first
change until after the last. Two changes are published: one changed text, and one new answer with twelve sentences. Printed for
each: how long building and checking took, how long it took from approval until the carer got the new release, the slowest of the
carer's turns meanwhile beside their usual one (median before anything was published), and how many turns failed. With ``--stock``
beside it: training and starting Rasa's stock configuration (benchmarks/stock/config.yml) on the same sentences. Exit status 1
when a change took over three minutes in all or was not live 45 s after approval, when a turn failed or took over a second longer
than usual, or when the library's page took over 300 ms. With ``--answers`` there are that many: the shipped ones and made-up ones
(benchmarks/many_answers.py).
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import count, islice
from pathlib import Path

import httpx

from alongside import wiring, wiring_studio
from alongside.adapters import library_folder
from alongside.adapters.clock import SystemClock
from alongside.core.accounts import Account, AccountRole
from alongside.core.answers import NATIONS, Answer, Source, Variant
from alongside.core.library import Library
from alongside.core.releases import Stage, What
from alongside.services import releases
from alongside.services.turns import BURST
from alongside.settings import ROOT, Settings
from alongside.store import release_lives as lives
from alongside.store.base import Database
from alongside.wiring_studio import Studio
from benchmarks.handover import hidden
from benchmarks.many_answers import made_up
from tests.live.server import Server

EVERY = 0.5
IN_A_ROW = BURST - 2
"""Questions of one conversation: nobody who types sends more of them so fast, and the server says so."""

USUAL = 40
"""Turns before anything is published."""

LIVE_WITHIN = 45.0
PUBLISHED_WITHIN = 180.0
"""From asking for the release to the first carer who gets it."""

PAGE_WITHIN = 0.3
PAGES = 20
PASSWORD = "seven quiet harbours"
SLOWER = 1.0
QUESTION = "can I bring his little sister"
ASKED = "visiting/bring_children"
"""What the question reaches."""

CHANGED = "visiting/how_to_book"
NEW = Answer(
    topic="visiting",
    name="walled_garden",
    title="Can we sit in the walled garden?",
    owner="Benchmark",
    approver="",
    review_on=date(2099, 1, 1),
    nations=NATIONS,
    follow_ups=("visiting/how_to_book", "visiting/first_visit"),
    variants=(
        Variant(
            text="Some units have a walled garden for visits. Ask the ward if it is open on your day.",
            sources=(Source(title="A page", url="https://example.org/garden", checked_on=date(2026, 11, 21)),),
        ),
    ),
    examples=(
        "can we sit in the walled garden",
        "is there a garden we can use on a visit",
        "could we go outside to the garden together",
        "is the walled garden open at weekends",
        "my mum loves flowers, may we sit in the garden with her",
        "somewhere green to sit outdoors during the visit",
        "do visitors get to use the garden",
        "are we allowed out in the garden when we come",
        "how do we get to sit in the garden",
        "visit in the garden instead of the room",
        "is there a bench outside where we could have our visit",
        "garden visits, do you do them",
    ),
)


@dataclass(frozen=True)
class Turn:
    """One turn of the carer: when it began (on the machine's steady clock), how long the answer took, and what it was."""

    began: float
    took: float
    release: int | None
    failed: str | None = None
    """What came instead of the answer."""


class Carer:
    """A carer who asks the same every half second, in a process of their own: what is measured does not slow the measuring."""

    def __init__(self, address: str, file: Path) -> None:
        self._file = file
        self._process = multiprocessing.get_context("spawn").Process(target=_ask_forever, args=(address, file), daemon=True)
        self._process.start()

    def end(self) -> None:
        self._process.terminate()
        self._process.join()

    @property
    def turns(self) -> list[Turn]:
        text = self._file.read_text(encoding="utf-8") if self._file.exists() else ""
        return [Turn(**json.loads(line)) for line in text.splitlines(keepends=True) if line.endswith("\n")]

    @property
    def release(self) -> int | None:
        return next((turn.release for turn in reversed(self.turns) if turn.release), None)

    def since(self, moment: float) -> list[Turn]:
        return [turn for turn in self.turns if turn.began >= moment]


def _ask_forever(address: str, file: Path) -> None:
    with (
        httpx.Client(base_url=f"{address}/api/v1", timeout=30, trust_env=False) as client,
        file.open("a", encoding="utf-8") as out,
    ):
        for number in count():
            if number % IN_A_ROW == 0:
                begun = client.post("/conversations", json={}).raise_for_status()
                client.headers["Authorization"] = f"Bearer {begun.json()['token']}"
            turn = _ask(client, number)
            out.write(json.dumps(asdict(turn)) + "\n")
            out.flush()
            time.sleep(max(0.0, EVERY - (time.monotonic() - turn.began)))


def _ask(client: httpx.Client, number: int) -> Turn:
    began = time.monotonic()
    try:
        said = client.post("/messages", params={"wait": 20}, json={"text": QUESTION, "client_id": f"q{number}"})
        messages = said.raise_for_status().json()["messages"]
    except httpx.HTTPError as error:
        return Turn(began, time.monotonic() - began, None, failed=repr(error))
    took = time.monotonic() - began
    found = [message for message in messages if message["answer"] == ASKED]
    if not found:
        return Turn(began, took, None, failed=", ".join(f"{each['author']}: {each['answer']}" for each in messages) or "nothing")
    return Turn(began, took, found[0]["release"])


async def until(is_so: Callable[[], bool], *, limit: float = 300.0) -> None:
    deadline = time.monotonic() + limit
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {limit:g} seconds in vain")
        await asyncio.sleep(0.05)


def with_made_up(library: Library, total: int) -> Library:
    """Return the library with as many made-up answers as it takes to have ``total``."""
    made = [
        replace(
            NEW,
            topic=topic,
            name=name,
            title=f"What is the {name.replace('_', ' ')}?",
            approver="Benchmark",
            variants=(replace(NEW.variants[0], text=f"This made-up answer is about the {name.replace('_', ' ')}."),),
            examples=tuple(sentences),
        )
        for topic, name, sentences in islice(made_up(), max(0, total - len(library.answers)))
    ]
    return library.changed({answer.key: answer for answer in made})


async def fill(folder: Path, total: int) -> None:
    """Make a first release of ``total`` answers, which the server then finds live."""
    settings = Settings(data_dir=folder)
    database = Database(settings.database)
    await database.migrate()
    try:
        library = with_made_up(library_folder.read_library(ROOT / "data"), total)
        began = time.monotonic()
        models = wiring_studio.models(settings, database)
        release = await releases.current(database=database, clock=SystemClock(), models=models, read_files=lambda: library)
        print(
            f"{len(library.answers)} answers trained in {time.monotonic() - began:.0f} s, no vectors kept from before", flush=True
        )
        async with database.transaction() as session:  # so that the files in data/ do not take its place at the start
            await lives.add_event(session, release.number, What.GONE_BACK, at=SystemClock().now())
    finally:
        await database.close()


async def look_at_library(address: str) -> bool:
    """Ask for the library's page some times, print how long it took, and say whether it was good enough."""
    async with httpx.AsyncClient(
        base_url=address, timeout=60, trust_env=False, headers={"Accept": "text/html"}, follow_redirects=True
    ) as client:
        csrf = hidden((await client.get("/sign-in")).text, "csrf")
        await client.post("/sign-in", data={"csrf": csrf, "email": "ada@example.org", "password": PASSWORD})
        times = []
        for _ in range(PAGES):
            began = time.monotonic()
            page = (await client.get("/answers")).raise_for_status()
            times.append(time.monotonic() - began)
            assert "New answer" in page.text
    print(
        f"The library's page: first {1000 * times[0]:.0f} ms, median {1000 * statistics.median(times):.0f} ms, "
        f"longest of the others {1000 * max(times[1:]):.0f} ms",
        flush=True,
    )
    return max(times) <= PAGE_WITHIN


async def publish(studio: Studio, carer: Carer, ada: Account, bea: Account, name: str, entry: Answer, *, usual: float) -> bool:
    """Publish one change while the carer asks; print what it took and say whether it was good enough."""
    began = time.monotonic()
    await studio.drafts.save(ada, entry.key, entry, revision=0)
    number = await studio.publishing.ask_for(ada, reason="benchmark")
    while (open_ := await studio.publishing.get_open()) and open_.stage is Stage.BUILDING:  # noqa: ASYNC110  (another process builds)
        await asyncio.sleep(0.2)
    life = (await studio.publishing.get(number)).life
    if life.stage is not Stage.WAITING:
        print(f"{name}: not approved, as the release is {life.stage.value}: {life.problems}")
        return False
    built = time.monotonic()
    await studio.publishing.approve(bea, number)
    await until(lambda: carer.release == number)
    live = time.monotonic() - built
    await asyncio.sleep(12)  # the earlier assistant ends only now, and carers must not notice that either
    turns = carer.since(began)
    failed = [turn for turn in turns if turn.failed]
    slowest = max(turns, key=lambda turn: turn.took)
    print(
        f"{name}: built and checked in {built - began:.1f} s, live {live:.1f} s after approval; {len(turns)} turns meanwhile, "
        f"{len(failed)} failed, the slowest took {1000 * slowest.took:.0f} ms ({1000 * (slowest.took - usual):+.0f} ms), "
        f"{slowest.began - built:+.1f} s from approval",
        flush=True,
    )
    for turn in failed:
        print(f"  failed {turn.began - built:+.1f} s from approval: {turn.failed}", flush=True)
    in_time = live <= LIVE_WITHIN and built - began + live <= PUBLISHED_WITHIN
    return in_time and not failed and slowest.took - usual <= SLOWER


async def measure(folder: Path, address: str) -> bool:
    settings = Settings(data_dir=folder)
    database = Database(settings.database)
    carer = Carer(address, folder / "turns.jsonl")
    try:
        accounts = wiring.accounts(database)
        ada, bea = [
            await accounts.add(
                email=f"{name}@example.org",
                name=f"{name.title()} Example",
                role=AccountRole.MAINTAINER,
                password=PASSWORD,
            )
            for name in ("ada", "bea")
        ]
        studio = wiring_studio.studio(settings, database)
        await until(lambda: len(carer.turns) >= USUAL)
        before = [turn.took for turn in carer.turns]
        usual = statistics.median(before)
        library = await studio.publishing.library()
        print(
            f"{len(library.answers)} answers; a carer asks every {EVERY:g} s: usually answered in {1000 * usual:.0f} ms, "
            f"at most {1000 * max(before):.0f} ms"
        )
        changed = library.answers[CHANGED]
        text = f"{changed.variants[-1].text}\n\nBring a coat, some visits are outside."
        changed = replace(changed, variants=(*changed.variants[:-1], replace(changed.variants[-1], text=text)))
        good = await look_at_library(address)
        good = await publish(studio, carer, ada, bea, "One changed text", changed, usual=usual) and good
        return await publish(studio, carer, ada, bea, "One new answer", NEW, usual=usual) and good
    finally:
        carer.end()
        await database.close()


def stock(folder: Path) -> None:
    """Train and start Rasa's stock configuration on the same sentences, and print how long each took."""
    rasa = [str(ROOT / "bot/.venv/bin/python"), "-W", "ignore", "-m", "rasa"]
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "LOG_LEVEL": "ERROR"}
    began = time.monotonic()
    subprocess.run(
        [
            *rasa, "train", "nlu", "--config", "benchmarks/stock/config.yml", "--nlu", "data/nlu", "--domain", "bot/domain",
            "--out", str(folder), "--fixed-model-name", "stock",
        ],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    trained = time.monotonic() - began
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.monotonic()
    serving = subprocess.Popen(
        [*rasa, "run", "--enable-api", "--interface", "127.0.0.1", "--port", str(port), "--model", str(folder / "stock.tar.gz")],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while True:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/status", timeout=2, trust_env=False).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            if serving.poll() is not None or time.monotonic() - began > 300:
                raise RuntimeError("Rasa did not start")
            time.sleep(0.2)
        started = time.monotonic() - began
    finally:
        serving.terminate()
        serving.wait()
    print(
        f"Rasa's stock configuration, cut short: trained in {trained:.0f} s, started in {started:.0f} s, "
        "and nobody is answered while it starts",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", type=int, default=0, help="how many answers there are to be; the shipped ones without it")
    parser.add_argument("--stock", action="store_true", help="train and start Rasa's stock configuration beside it (takes long)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if chosen.answers:  # models and vectors of its own, as a service has them: not those of what was trained here last
            (Path(folder) / "data" / "releases").mkdir(parents=True)
        server = Server(Path(folder) / "data")
        if chosen.answers:
            asyncio.run(fill(Path(folder) / "data", chosen.answers))
        server.start()
        try:
            good = asyncio.run(measure(Path(folder) / "data", server.address))
        finally:
            server.stop()
        if chosen.stock:
            stock(Path(folder))
    if not good:
        sys.exit(
            f"NO: built, checked and live within {PUBLISHED_WITHIN:g} s, {LIVE_WITHIN:g} of them after approval; no turn failed, "
            f"none over {SLOWER:g} s slower than usual; the library's page within {1000 * PAGE_WITHIN:g} ms"
        )


if __name__ == "__main__":
    main()
