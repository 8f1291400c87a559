"""What a request needs to let somebody watch: where media lie, how long links live, and from when."""

from typing import Annotated

from fastapi import Depends

from app.videos.playback import PlaybackContext
from app.web.deps import CurrentResources, Now


def context_of(resources: CurrentResources, now: Now) -> PlaybackContext:
    """Return what links are made with, for the whole request."""
    return PlaybackContext(resources.storage, resources.settings, now)


Watching = Annotated[PlaybackContext, Depends(context_of)]
