"""A short talk with a server started for it: ``python -m tests.live.talk FOLDER``. Run by test_network.py."""

import os
import signal
import sys
from pathlib import Path

from tests.live.server import Carer, Server

server = Server(Path(sys.argv[1]) / "data").start()
carer = Carer(server.address)
for text in ("Hi", "they won't tell me anything about my son", "when can i visit him on Rowan ward", "what's the weather"):
    assert carer.say(text)
for pid in server.assistant_pids():  # a crash is when crash reports would be sent
    os.kill(pid, signal.SIGSEGV)
assert carer.say("can I bring his little sister")
server.stop()
print("talked")
