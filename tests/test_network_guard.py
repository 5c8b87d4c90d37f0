"""The guard of tests/conftest.py itself: nothing a test does may leave this machine."""

import socket

import pytest

from tests import conftest


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 443)])
def test_a_connection_beyond_this_machine_is_refused_and_remembered(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as outside, pytest.raises(OSError, match="do not leave"):
        outside.connect(address)
    assert conftest._left_the_machine
    conftest._left_the_machine.clear()


def test_a_name_beyond_this_machine_is_not_looked_up() -> None:
    with pytest.raises(OSError, match="do not leave"):
        socket.getaddrinfo("example.org", 443)
    conftest._left_the_machine.clear()


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
