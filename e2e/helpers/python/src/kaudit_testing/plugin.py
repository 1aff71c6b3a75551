"""The fixtures: `kaudit_server`, one server for the whole run, and `kaudit`, the same one put back for each test."""

from typing import Iterator, List

import pytest

from .kaudit_server import KauditServer


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("kaudit")
    group.addoption("--kaudit-seed", action="append", default=[], help="what every test finds: a file or folder")
    group.addoption("--kaudit-flag", action="append", default=[], help="one more flag of kaudit-apiserver")


@pytest.fixture(scope="session")
def kaudit_seed(request: pytest.FixtureRequest) -> List[str]:
    """Files and folders that are there from the start. Override it in your conftest.py."""
    return list(request.config.getoption("--kaudit-seed"))


@pytest.fixture(scope="session")
def kaudit_flags(request: pytest.FixtureRequest) -> List[str]:
    """More flags of the server, as `--instant-controllers`. Override it in your conftest.py."""
    return list(request.config.getoption("--kaudit-flag"))


@pytest.fixture(scope="session")
def kaudit_server(kaudit_seed: List[str], kaudit_flags: List[str]) -> Iterator[KauditServer]:
    with KauditServer(seed=kaudit_seed, flags=kaudit_flags) as server:
        yield server


@pytest.fixture
def kaudit(kaudit_server: KauditServer) -> KauditServer:
    """The server as it was after the seed, without faults and events of other tests."""
    kaudit_server.reset()
    return kaudit_server
