"""How long a change of answers takes until carers get it, and what carers notice meanwhile.

    .venv/bin/python -m benchmarks.publishing [--stock]

Starts the real server with the real model on this machine. A carer asks a question every half second, from before the first
change until after the last. Two changes are published: one changed text, and one new answer with twelve sentences. Printed for
each: how long building and checking took, how long it took from approval until the carer got the new release, the slowest of the
carer's turns meanwhile beside their usual one (median before anything was published), and how many turns failed. With ``--stock``
beside it: training and starting Rasa's stock configuration (benchmarks/stock/config.yml) on the same sentences. Exit status 1
when a change was not live 45 s after approval, a turn failed, or one took over a second longer than usual.
"""

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import httpx

from alongside import wiring, wiring_studio
from alongside.core.accounts import Account, AccountRole
from alongside.core.answers import NATIONS, Answer, Source, Variant
from alongside.core.releases import Stage
from alongside.settings import ROOT, Settings
from alongside.store.base import Database
from alongside.wiring_studio import Studio
from tests.live.server import Server

EVERY = 0.5
USUAL = 40
"""Turns before anything is published."""

LIVE_WITHIN = 45.0
SLOWER = 1.0
QUESTION = "can I bring his little sister"
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


@dataclass
class Carer:
    """A carer who asks the same every half second, and how long each answer took; None for a turn that failed."""

    address: str
    turns: list[tuple[float, float | None]] = field(default_factory=list)
    release: int | None = None

    async def ask_forever(self) -> None:
        async with httpx.AsyncClient(base_url=f"{self.address}/api/v1", timeout=30, trust_env=False) as client:
            number = 0
            while True:
                if number % 200 == 0:  # a new conversation now and then, so that the thread does not grow
                    begun = (await client.post("/conversations", json={})).raise_for_status()
                    client.headers["Authorization"] = f"Bearer {begun.json()['token']}"
                number += 1
                began = time.monotonic()
                took = await self._ask(client, number)
                self.turns.append((began, took))
                await asyncio.sleep(max(0.0, EVERY - (time.monotonic() - began)))

    async def _ask(self, client: httpx.AsyncClient, number: int) -> float | None:
        began = time.monotonic()
        try:
            said = await client.post("/messages", params={"wait": 20}, json={"text": QUESTION, "client_id": f"q{number}"})
            messages = said.raise_for_status().json()["messages"]
        except httpx.HTTPError:
            return None
        answers = [message for message in messages if message["answer"] == "visiting/bring_children"]
        if not answers:
            return None
        self.release = answers[0]["release"]
        return time.monotonic() - began

    def since(self, moment: float) -> list[float | None]:
        return [took for began, took in self.turns if began >= moment]


async def until(is_so: Callable[[], bool], *, limit: float = 300.0) -> None:
    deadline = time.monotonic() + limit
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {limit:g} seconds in vain")
        await asyncio.sleep(0.05)


async def publish(studio: Studio, carer: Carer, ada: Account, bea: Account, name: str, entry: Answer, *, usual: float) -> bool:
    """Publish one change while the carer asks; print what it took and say whether it was good enough."""
    began = time.monotonic()
    await studio.drafts.save(ada, entry.key, entry, revision=0)
    number = await studio.publishing.ask_for(ada, reason="benchmark")
    while (life := (await studio.publishing.get(number)).life).stage is Stage.BUILDING:  # noqa: ASYNC110  (another process builds)
        await asyncio.sleep(0.1)
    if life.stage is not Stage.WAITING:
        print(f"{name}: not approved, as the release is {life.stage.value}: {life.problems}")
        return False
    built = time.monotonic()
    await studio.publishing.approve(bea, number)
    await until(lambda: carer.release == number)
    live = time.monotonic() - built
    await asyncio.sleep(12)  # the earlier assistant ends only now, and carers must not notice that either
    turns = carer.since(began)
    failed = turns.count(None)
    slowest = max(took for took in turns if took is not None)
    print(
        f"{name}: built and checked in {built - began:.1f} s, live {live:.1f} s after approval; {len(turns)} turns meanwhile, "
        f"{failed} failed, the slowest took {1000 * slowest:.0f} ms ({1000 * (slowest - usual):+.0f} ms)",
        flush=True,
    )
    return live <= LIVE_WITHIN and not failed and slowest - usual <= SLOWER


async def measure(folder: Path, address: str) -> bool:
    settings = Settings(data_dir=folder)
    database = Database(settings.database)
    carer = Carer(address)
    asking = asyncio.create_task(carer.ask_forever())
    try:
        accounts = wiring.accounts(database)
        ada, bea = [
            await accounts.add(
                email=f"{name}@example.org",
                name=f"{name.title()} Example",
                role=AccountRole.MAINTAINER,
                password="seven quiet harbours",
            )
            for name in ("ada", "bea")
        ]
        studio = wiring_studio.studio(settings, database)
        await until(lambda: len(carer.turns) >= USUAL)
        before = [took for took in carer.since(0) if took is not None]
        usual = statistics.median(before)
        library = await studio.publishing.library()
        print(
            f"{len(library.answers)} answers; a carer asks every {EVERY:g} s: usually answered in {1000 * usual:.0f} ms, "
            f"at most {1000 * max(before):.0f} ms"
        )
        changed = library.answers[CHANGED]
        text = f"{changed.variants[-1].text}\n\nBring a coat, some visits are outside."
        changed = replace(changed, variants=(*changed.variants[:-1], replace(changed.variants[-1], text=text)))
        good = await publish(studio, carer, ada, bea, "One changed text", changed, usual=usual)
        return await publish(studio, carer, ada, bea, "One new answer", NEW, usual=usual) and good
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
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
    parser.add_argument("--stock", action="store_true", help="train and start Rasa's stock configuration beside it (takes long)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data").start()
        try:
            good = asyncio.run(measure(Path(folder) / "data", server.address))
        finally:
            server.stop()
        if chosen.stock:
            stock(Path(folder))
    if not good:
        sys.exit(
            f"NO: a change must be live within {LIVE_WITHIN:g} s, with no turn failed or over {SLOWER:g} s slower than usual"
        )


if __name__ == "__main__":
    main()
