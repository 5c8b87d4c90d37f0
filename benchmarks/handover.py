"""How long a message takes between a carer and a worker while other carers keep the assistant busy.

    .venv/bin/python -m benchmarks.handover [--messages 100] [--busy 12]

Starts the real server with the real model on this machine. ``busy`` carers ask one question after another; meanwhile one carer
and one worker write to each other. Measured is from the sender's click until the other's open page, told by its event stream,
has fetched the words: both requests count. Prints the median and the 95th percentile of each way, in milliseconds, and how many
questions the assistant answered meanwhile.
"""

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx

from alongside.settings import ROOT
from tests.live.server import Server

EMAIL, PASSWORD = "sam@example.org", "seven quiet harbours"
SERVICE = "sample-rowan"
QUESTIONS = (
    "can I bring his little sister",
    "they won't tell me anything about my son",
    "who do I complain to",
    "what does section 37 mean",
    "is there a group for dads",
    "will they pay for my train",
)
WARM_UP = 5
"""Messages each way that are not counted: the first ones open connections and fill caches."""


async def events(client: httpx.AsyncClient, address: str) -> AsyncIterator[str]:
    """Yield the names of the events of a stream."""
    async with client.stream("GET", address, headers={"Accept": "text/event-stream"}, timeout=None) as stream:
        stream.raise_for_status()
        async for line in stream.aiter_lines():
            if line.startswith("event:"):
                yield line.removeprefix("event:").strip()


async def seen(stream: AsyncIterator[str], fetch: Callable[[], Awaitable[str]], words: str) -> None:
    """Wait until a page that fetches whenever its stream speaks has these words."""
    async for name in stream:
        if name == "message" and words in await fetch():
            return
    raise RuntimeError("The stream ended before the message came.")


async def begin(address: str) -> httpx.AsyncClient:
    carer = httpx.AsyncClient(base_url=f"{address}/api/v1", timeout=60, trust_env=False)
    begun = (await carer.post("/conversations", json={"service": SERVICE})).raise_for_status()
    carer.headers["Authorization"] = f"Bearer {begun.json()['token']}"
    return carer


async def keep_asking(address: str, number: int, answered: list[int]) -> None:
    carer, sent = await begin(address), 0
    while True:
        body = {"text": QUESTIONS[(number + sent) % len(QUESTIONS)], "client_id": f"b{sent}"}
        reply = await carer.post("/messages", params={"wait": 30}, json=body)
        if reply.status_code == 429:  # faster than anybody types: wait as it says
            await asyncio.sleep(float(reply.headers.get("Retry-After", "1")))
            continue
        reply.raise_for_status()
        answered[number] += 1
        sent += 1


def add_worker(folder: Path) -> str:
    """Add somebody who may sign in, and return the link with which they choose a password."""
    done = subprocess.run(
        [
            *(str(ROOT / ".venv/bin/alongside"), "worker", "add", "--link"),
            *("--email", EMAIL, "--name", "Sam Example", "--service", SERVICE),
        ],
        cwd=ROOT,
        env={**os.environ, "ALONGSIDE_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"/password\?link=(\S+)", done.stdout)
    assert found, done.stdout
    return found.group(1)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"the page has no field {name}"
    return found.group(1)


async def sign_in(address: str, link: str) -> httpx.AsyncClient:
    worker = httpx.AsyncClient(
        base_url=address, timeout=60, trust_env=False, headers={"Accept": "text/html"}, follow_redirects=True
    )
    csrf = hidden((await worker.get("/password", params={"link": link})).text, "csrf")
    chosen = {"csrf": csrf, "link": link, "password": PASSWORD, "again": PASSWORD}
    (await worker.post("/password", data=chosen)).raise_for_status()
    csrf = hidden((await worker.get("/sign-in")).text, "csrf")
    (await worker.post("/sign-in", data={"csrf": csrf, "email": EMAIL, "password": PASSWORD})).raise_for_status()
    return worker


async def claimed(worker: httpx.AsyncClient, carer: httpx.AsyncClient) -> str:
    """Ask for a person, claim the case, and return its id."""
    asked = {"choice": "/talk_to_person", "client_id": "ask"}
    (await carer.post("/messages", params={"wait": 30}, json=asked)).raise_for_status()
    found = re.search(r"/inbox/cases/([0-9a-f]{32})", (await worker.get("/inbox")).text)
    assert found, "the inbox shows no case"
    page = await worker.get(f"/inbox/cases/{found.group(1)}")
    (await worker.post(f"/inbox/cases/{found.group(1)}/claim", data={"csrf": hidden(page.text, "csrf")})).raise_for_status()
    return found.group(1)


async def measure(address: str, link: str, *, messages: int, busy: int) -> None:
    worker, carer = await sign_in(address, link), await begin(address)
    case = await claimed(worker, carer)
    csrf = hidden((await worker.get(f"/inbox/cases/{case}")).text, "csrf")
    answered = [0] * busy
    others = [asyncio.create_task(keep_asking(address, number, answered)) for number in range(busy)]
    inbox, chat = events(worker, f"/inbox/events?case={case}"), events(carer, "/events")
    last = (await carer.get("/messages")).json()["messages"][-1]["id"]
    there: list[float] = []
    back: list[float] = []

    async def fetch_case() -> str:
        return (await worker.get(f"/inbox/cases/{case}/messages", params={"after": last})).text

    async def fetch_chat() -> str:
        return (await carer.get("/messages", params={"after": last})).text

    # Both pages are open before the first word: what the streams tell of the past is read until now.
    began = time.monotonic()
    for number in range(WARM_UP + messages):
        words = f"from the carer {number}"
        started = time.perf_counter()
        looking = asyncio.create_task(seen(inbox, fetch_case, words))
        (await carer.post("/messages", json={"text": words, "client_id": f"m{number}"})).raise_for_status()
        await asyncio.wait_for(looking, 30)
        there.append(time.perf_counter() - started)
        words = f"from the worker {number}"
        started = time.perf_counter()
        looking = asyncio.create_task(seen(chat, fetch_chat, words))
        form = {"csrf": csrf, "text": words, "client_id": f"w{number}"}
        headers = {"HX-Request": "true", "Accept": "application/json"}
        (await worker.post(f"/inbox/cases/{case}/reply", data=form, headers=headers)).raise_for_status()
        await asyncio.wait_for(looking, 30)
        back.append(time.perf_counter() - started)
        last = (await carer.get("/messages", params={"after": last})).json()["messages"][-1]["id"]
        await asyncio.sleep(0.6)  # a carer may send twenty messages in ten seconds
    took = time.monotonic() - began
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    if broken := [task for task in others if not task.cancelled() and task.exception()]:
        raise RuntimeError(f"{len(broken)} of the other carers got no answer: {broken[0].exception()!r}")
    total = sum(answered)
    print(f"{busy} other carers asked without a pause: {total} answers in {took:.0f} s ({total / took:.1f} a second)")
    for name, times in (("carer to inbox", there[WARM_UP:]), ("worker to chat", back[WARM_UP:])):
        median, p95 = (1000 * seconds for seconds in (statistics.median(times), statistics.quantiles(times, n=20)[-1]))
        print(f"{name}: median {median:.0f} ms, 95th percentile {p95:.0f} ms, of {len(times)} messages")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=100, help="messages each way")
    parser.add_argument("--busy", type=int, default=12, help="other carers who ask without a pause")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder)).start()
        try:
            link = add_worker(Path(folder))
            asyncio.run(measure(server.address, link, messages=chosen.messages, busy=chosen.busy))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
