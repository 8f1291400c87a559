"""Ready-made tus clients, as their documentation says, against a real server: nothing here is made for them.

tus-js-client is the reference in JavaScript and the one in our pages, Uppy what most sites take, tuspy the
reference in Python and the one that sends checksums.  Transloadit, the makers of tus, look after all three:
Uppy 6 and the previews of tus-js-client 5 are of September 2026, tuspy 1.1 of November 2024.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.clients import TABLE
from tests.contract.driven import Hand, is_installed
from tests.uploads.site import Site


@pytest.mark.parametrize(
    ("scenario", "client"),
    [
        pytest.param(scenario, client, id=f"{scenario.__name__}-{client}")
        for scenario, clients in TABLE.items()
        for client in clients
    ],
)
def test_a_ready_made_client_finds_what_it_expects(
    site: Site, tmp_path: Path, scenario: Callable[[Hand], None], client: str
) -> None:
    if not is_installed(client):
        pytest.skip("make test-tools installs the clients")
    scenario(Hand(client, site, tmp_path))
