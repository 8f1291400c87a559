"""Somebody whose voice is published on a service where nobody is spared the second step, told over HTTP."""

from contextlib import closing
from pathlib import Path

import pyotp

from app.cli import accounts, story, transfer
from app.cli.demo_data import PASSWORD
from app.cli.story import Cast
from app.cli.visitor import Visitor
from tests.browser.told import first, send_to_review

KEY = r'class="key"[^>]*>([A-Z2-7 ]+)<'


def publish_voice(url: str, clip: Path, mark: str, mailbox: str) -> None:
    """Have somebody with a mailbox present themselves by the sound of a clip, and the adviser approve."""
    adviser, resident = Visitor("adviser", url), Visitor("resident", url)
    with closing(adviser.http), closing(resident.http):
        come_in(adviser)
        story.invite(Cast(adviser, resident, adviser), mark, mailbox)
        story.fill_in(resident, mark)
        resident.send("/moi/accord", {"kind": "voice"})
        resident.send("/moi/presentation", {"presentation": "voice"})
        upload_id, _ = transfer.send(resident, clip, lambda _ratio: None, "voice")
        video_id = str(resident.tell("/moi/video/envois", {"upload_ids": [upload_id], "kind": "voice"})["id"])
        story.follow(resident, video_id)
        story.validate_captions(resident, video_id)
        profile_id = send_to_review(adviser, resident, mark)
        adviser.send(f"/relecture/{profile_id}/accord", {"encouragement": ""})


def come_in(adviser: Visitor) -> None:
    """Sign the adviser in, who adds their phone on the way."""
    adviser.open("/connexion")
    asked = adviser.send("/connexion", {"identifier": accounts.ADVISER, "password": PASSWORD})
    secret = first(KEY, asked).replace(" ", "")
    adviser.send("/compte/code", {"code": pyotp.TOTP(secret).now()})
