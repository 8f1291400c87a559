"""What each tus client is made to do, and what the server must have afterwards."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people import consents
from app.uploads import tus
from app.uploads.models import Upload
from tests.contract.driven import Client, Hand
from tests.network import Relay, relayed
from tests.uploads.client import id_of
from tests.uploads.machine import WebServer, wait_for_bytes, wait_until

MIB = 1024 * 1024
SLOW_BYTES_PER_S = MIB
CHUNK = {"chunkSize": MIB}


def whole_in_one_request(hand: Hand) -> None:
    film = hand.film(3 * MIB)
    sent = hand.send(film)
    assert sent.chunks == [3 * MIB]
    hand.has(sent.url, film)


def in_chunks(hand: Hand) -> None:
    film = hand.film(3 * MIB + 7)
    sent = hand.send(film, options=CHUNK)
    assert sent.chunks == [MIB, 2 * MIB, 3 * MIB, 3 * MIB + 7]
    hand.has(sent.url, film)


def with_its_creation(hand: Hand) -> None:
    film = hand.film(MIB)
    sent = hand.send(film, options={"uploadDataDuringCreation": True})
    assert sent.answers == [("POST", 201)]
    hand.has(sent.url, film)


def length_said_at_the_end(hand: Hand) -> None:
    film = hand.film(3 * MIB + 7)
    sent = hand.send(film, options=CHUNK | {"uploadLengthDeferred": True})
    assert len(sent.chunks) >= 4
    hand.has(sent.url, film)


def two_at_once(hand: Hand) -> None:
    at_once(hand, 2)


def four_at_once(hand: Hand) -> None:
    at_once(hand, 4)


def at_once(hand: Hand, count: int) -> None:
    """Send one film in so many parts side by side, which the server makes one of."""
    film = hand.film(3 * MIB + 7)
    sent = hand.send(film, options={"parallelUploads": count})
    assert sorted(sent.answers) == [*[("PATCH", 204)] * count, *[("POST", 201)] * (count + 1)]
    assert hand.row(sent.url).kind == "final"
    hand.has(sent.url, film)


def with_checksums(hand: Hand) -> None:
    film = hand.film(3 * MIB + 7)
    sent = hand.send(film, options=CHUNK, checksum=True)
    assert sent.chunks[-1] == 3 * MIB + 7
    hand.has(sent.url, film)


def resumed_from_its_address(hand: Hand) -> None:
    film, storage = hand.film(3 * MIB + 7), str(hand.folder / "addresses.json")
    hand.send(film, options=CHUNK, storage=storage, stop_at_bytes=MIB)
    begun = hand.newest_url()
    resumed = hand.send(film, options=CHUNK, storage=storage)
    assert id_of(resumed.url) == id_of(begun)
    assert resumed.chunks == [2 * MIB, 3 * MIB, 3 * MIB + 7]
    hand.has(resumed.url, film)


def server_killed_in_the_middle(hand: Hand) -> None:
    film = hand.film(12 * MIB)
    with server_at_a_distance(hand) as (relay, server):
        client = hand.start(film, **held_at(relay))
        begun_id = kill_in_mid_chunk(hand, client, server, relay)
        server.start()
        client.end()
    assert id_of(client.url) == begun_id
    hand.has(client.url, film)


@contextmanager
def server_at_a_distance(hand: Hand) -> Iterator[tuple[Relay, WebServer]]:
    """Start a server at the other end of a line, so that a test catches a client in mid-sentence."""
    with relayed() as relay:
        server = hand.site.start(VISAVIS_PUBLIC_URL=relay.url)
        relay.target_port = server.port
        yield relay, server


def held_at(relay: Relay) -> dict[str, Any]:
    """Tell a client to send through a relay, and to hold before its second chunk."""
    options = {"chunkSize": 4 * MIB}
    return {"endpoint": f"{relay.url}/files/", "options": options, "hold_before_chunk": 2}


def kill_in_mid_chunk(hand: Hand, client: Client, server: WebServer, relay: Relay) -> UUID:
    """Kill the server once a part of the second chunk has come; return the id of the upload."""
    client.until("held")
    begun_id, _ = hand.site.newest()
    relay.slow_down(SLOW_BYTES_PER_S)
    client.go_on()
    wait_for_bytes(hand.site.path(hand.newest_url()), 4 * MIB + 1)
    server.kill()
    relay.slow_down(None)
    assert hand.site.newest() == (begun_id, "receiving")
    return begun_id


def somebody_else_went_on(hand: Hand) -> None:
    film = hand.film(3 * MIB)
    client = hand.start(film, options=CHUNK, hold_before_chunk=2)
    client.until("held")
    piece = film.read_bytes()[MIB : 2 * MIB]
    tus_of_another = hand.site.tus(hand.site.place.server)
    assert tus_of_another.append(hand.newest_url(), MIB, piece).status_code == 204
    client.go_on()
    client.end()
    assert client.chunks == [MIB, 3 * MIB]
    assert ("PATCH", 409) in client.answers or hand.client == "tuspy"
    hand.has(client.url, film)


def somebody_else_writes(hand: Hand) -> None:
    film = hand.film(2 * MIB)
    client = hand.start(film, options=CHUNK, hold_before_chunk=2)
    client.until("held")
    url = hand.newest_url()
    with hand.site.path(url).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        client.go_on()
        # First comes the chunk, then the question where to go on, once the chunk was refused.
        for _ in range(2):
            wait_until(partial(is_claimed_anew, hand, url, hand.row(url).writer_token))
    client.end()
    assert ("PATCH", 423) in client.answers or hand.client == "tuspy"
    hand.has(client.url, film)


def is_claimed_anew(hand: Hand, url: str, writer_token: UUID | None) -> bool:
    """Tell whether somebody has asked for the upload since it had this writer."""
    return hand.row(url).writer_token != writer_token


def ended_by_its_sender(hand: Hand) -> None:
    spool_dir = hand.site.place.settings.spool_dir  # made with the first upload
    lying = set(spool_dir.glob("*"))
    ended = hand.send(hand.film(3 * MIB), options=CHUNK, stop_at_bytes=MIB, terminate=True)
    assert ended.answers == [("POST", 201), ("PATCH", 204), ("DELETE", 204)]
    with Session(hand.site.place.database) as session:
        assert session.scalars(select(Upload).filter_by(person_id=hand.site.person_id)).all() == []
    assert set(spool_dir.glob("*")) == lying


def metadata_in_french_and_without_value(hand: Hand) -> None:
    said = {"ville": "Saint-Étienne", "mot": "« été », 100 % œuvre", "brouillon": ""}
    sent = hand.send(film := hand.film(MIB), metadata=said)
    kept = tus.metadata_of(hand.row(sent.url).tus_metadata)
    assert {key: kept[key].decode() for key in said} == said
    hand.has(sent.url, film)


def nothing_at_all(hand: Hand) -> None:
    film = hand.film(0)
    hand.has(hand.send(film).url, film)


def over_the_limit(hand: Hand) -> None:
    film = hand.film(MIB)
    os.truncate(film, hand.site.place.settings.upload_max_bytes + 1)
    assert hand.send(film).failure == (413, "trop-volumineux")


def begun_anew_once_expired(hand: Hand) -> None:
    film, storage = hand.film(3 * MIB), str(hand.folder / "addresses.json")
    old = expired(hand, film, storage)
    anew = hand.send(film, options=CHUNK, storage=storage)
    assert id_of(anew.url) != id_of(old)
    assert anew.chunks == [MIB, 2 * MIB, 3 * MIB]
    hand.has(anew.url, film)


def told_once_expired(hand: Hand) -> None:
    film, storage = hand.film(3 * MIB), str(hand.folder / "addresses.json")
    expired(hand, film, storage)
    assert hand.send(film, options=CHUNK, storage=storage).failure[0] == 410


def expired(hand: Hand, film: Path, storage: str) -> str:
    """Begin to send a film, let the upload expire, and return its address."""
    hand.send(film, options=CHUNK, storage=storage, stop_at_bytes=MIB)
    url = hand.newest_url()
    with Session(hand.site.place.database) as session:
        session.get_one(Upload, id_of(url)).expires_at = datetime.now(UTC) - timedelta(seconds=1)
        session.commit()
    return url


def at_an_address_of_nobody(hand: Hand) -> None:
    url = f"{hand.site.place.server.url}/files/{uuid4()}?jeton=faux"
    assert hand.send(hand.film(MIB), endpoint=None, options={"uploadUrl": url}).failure[0] == 404


def with_a_false_token(hand: Hand) -> None:
    url = hand.site.tus(hand.site.place.server).begin(MIB).partition("?")[0] + "?jeton=faux"
    order = {"endpoint": None, "headers": {}, "options": {"uploadUrl": url}}
    assert hand.send(hand.film(MIB), **order).failure[0] == 401


def without_agreement(hand: Hand) -> None:
    with Session(hand.site.place.database) as session:
        person_id = hand.site.person_id
        consents.withdraw(session, person_id, "image_and_voice", by=person_id, now=datetime.now(UTC))
        session.commit()
    assert hand.send(hand.film(MIB), retry_ms=[10]).failure == (409, "accord-manquant")


def over_the_quota(hand: Hand) -> None:
    for _ in range(3):
        hand.site.tus(hand.site.place.server).begin(MIB)
    assert hand.send(hand.film(MIB), retry_ms=[10]).failure == (429, "trop-d-envois")


def paused_and_resumed(hand: Hand) -> None:
    film = hand.film(4 * MIB)
    client = hand.start(film, options=CHUNK, pause_at_bytes=2 * MIB)
    client.until("held")
    assert hand.site.newest()[1] == "receiving"
    client.go_on()
    client.end()
    assert client.chunks == [MIB, 2 * MIB, 3 * MIB, 4 * MIB]
    hand.has(client.url, film)


def several_films(hand: Hand) -> None:
    films = [hand.film(MIB + seed, f"{seed}.mp4", seed) for seed in range(3)]
    sent = hand.send(*films, options=CHUNK)
    urls = {one["name"]: one["url"] for one in sent.all("finished")}
    assert len(urls) == len(films)
    for film in films:
        hand.has(urls[film.name], film)


def tried_again_by_hand(hand: Hand) -> None:
    film = hand.film(12 * MIB)
    with server_at_a_distance(hand) as (relay, server):
        client = hand.start(film, **held_at(relay), retry_ms=[], retry=True)
        begun_id = kill_in_mid_chunk(hand, client, server, relay)
        client.until("held")
        server.start()
        client.go_on()
        client.end()
    assert len(client.all("failed")) == 1
    assert id_of(client.url) == begun_id
    hand.has(client.url, film)


JS, UPPY, PY = "tus-js-client", "uppy", "tuspy"
# Who is made to do what.  tuspy wants the length first, sends no bytes with the creation and none side by
# side, and ends nothing; the two others send no checksums; the last three are buttons that only Uppy has.
TABLE: dict[Callable[[Hand], None], tuple[str, ...]] = {
    whole_in_one_request:                 (JS, UPPY, PY),
    in_chunks:                            (JS, UPPY, PY),
    with_its_creation:                    (JS, UPPY),
    length_said_at_the_end:               (JS, UPPY),
    two_at_once:                          (JS, UPPY),
    four_at_once:                         (JS, UPPY),
    with_checksums:                       (PY,),
    resumed_from_its_address:             (JS, UPPY, PY),
    server_killed_in_the_middle:          (JS, UPPY, PY),
    somebody_else_went_on:                (JS, UPPY, PY),
    somebody_else_writes:                 (JS, UPPY, PY),
    ended_by_its_sender:                  (JS, UPPY),
    metadata_in_french_and_without_value: (JS, UPPY, PY),
    nothing_at_all:                       (JS, UPPY, PY),
    over_the_limit:                       (JS, UPPY, PY),
    begun_anew_once_expired:              (JS, UPPY),
    told_once_expired:                    (PY,),
    at_an_address_of_nobody:              (JS, UPPY, PY),
    with_a_false_token:                   (JS, UPPY, PY),
    without_agreement:                    (JS, UPPY, PY),
    over_the_quota:                       (JS, UPPY, PY),
    paused_and_resumed:                   (UPPY,),
    several_films:                        (UPPY,),
    tried_again_by_hand:                  (UPPY,),
}  # fmt: skip
