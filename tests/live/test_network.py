"""Nothing leaves the machine: no telemetry, no crash reports, no update checks."""

import os
import subprocess
from pathlib import Path

import pytest

from alongside.settings import ROOT

pytestmark = pytest.mark.rasa

INSIDE = """
set -e
ip link set lo up
ip link add out0 type veth peer name far0
echo 1 > /proc/sys/net/ipv6/conf/out0/disable_ipv6
ip addr add 198.51.100.1/24 dev out0
ip link set out0 up
ip link set far0 up
ip neigh add 198.51.100.2 lladdr 02:00:00:00:00:02 dev out0
ip route add default via 198.51.100.2
before=$(cat /sys/class/net/out0/statistics/tx_packets)
"$@"
after=$(cat /sys/class/net/out0/statistics/tx_packets)
echo "packets=$((after - before))"
"""
"""A network of its own whose only way out is a counter: every packet that would leave the machine is counted, none arrives."""


def in_a_counted_network(*command: str) -> subprocess.CompletedProcess[str]:
    own = ["unshare", "--net", "--mount"] if os.geteuid() == 0 else ["unshare", "--net", "--mount", "--map-root-user"]
    mount = "mount -t sysfs sysfs /sys && "  # the counters of the new network, not of the machine's
    return subprocess.run(
        [*own, "sh", "-c", mount + INSIDE, "sh", *command], capture_output=True, text=True, cwd=ROOT, timeout=300, check=False
    )


def test_the_counter_counts() -> None:
    tried = in_a_counted_network(
        "python3", "-c", "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('203.0.113.9', 53))"
    )
    assert "packets=1" in tried.stdout, tried.stderr


def test_a_whole_talk_with_the_assistant_sends_no_packet_out(tmp_path: Path) -> None:
    talk = in_a_counted_network(str(ROOT / ".venv" / "bin" / "python"), "-m", "tests.live.talk", str(tmp_path))
    assert "talked" in talk.stdout, talk.stderr[-3000:]
    assert "packets=0" in talk.stdout
