"""The jobs by name: what each calls, and when it comes back after a failure."""

import asyncio
from datetime import datetime
from uuid import UUID

from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision, RetryStrategy
from procrastinate.jobs import Job

from app.mail import MailUndeliverable
from app.queue import TASKS
from app.storage import StorageUnavailable
from workers import (
    alerts,
    captions,
    contacts,
    evidence,
    housekeeping,
    mails,
    objects,
    posters,
    reports,
    transcode,
)
from workers import announcements as news
from workers.desk import Desk, Running
from workers.runner import Interrupted

PAUSE_MAX_S = 60

# Never opened as it is: `workers.__main__` gives it a database.
jobs = App(connector=PsycopgConnector())


class VideoRetry(BaseRetryStrategy):
    """An interrupted video goes on at once, any other after a pause that grows."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when the job comes back: `transcode` lets nothing come back for ever."""
        if isinstance(exception, Interrupted):
            return RetryDecision()
        if isinstance(exception, transcode.Postponed | transcode.TriedInVain):
            return RetryDecision(retry_in={"seconds": min(PAUSE_MAX_S, 2 ** min(job.attempts, 10))})
        return None


class MailRetry(BaseRetryStrategy):
    """What could not be handed over comes back, after seconds at first and hours at last."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when the job comes back: `mails.send` gives up by itself."""
        if isinstance(exception, MailUndeliverable):
            return RetryDecision(retry_in={"seconds": mails.pause_s(job.attempts)})
        return None


STORAGE_RETRY = RetryStrategy(max_attempts=12, exponential_wait=2, retry_exceptions=[StorageUnavailable])
CAPTIONS_RETRY = RetryStrategy(max_attempts=5, exponential_wait=4)
POSTER_RETRY = RetryStrategy(max_attempts=12, exponential_wait=2)
# Seconds at first, hours at last: whoever mends something within half a day loses no news.
NEWS_RETRY = RetryStrategy(max_attempts=10, exponential_wait=3)


def desk_of(context: JobContext) -> Desk:
    """Return what the job works with."""
    desk: Desk = context.additional_context["desk"]
    return desk


def running(context: JobContext) -> Running:
    """Return what the job may ask about its own run."""
    return Running(context.should_abort, context.job.attempts)


@jobs.task(name="videos.preview", queue=TASKS["videos.preview"], pass_context=True, retry=VideoRetry())
def preview_video(context: JobContext, video_id: str) -> None:
    """Show a new video to its owner."""
    transcode.preview(desk_of(context), UUID(video_id), running(context))


@jobs.task(name="videos.prepare", queue=TASKS["videos.prepare"], pass_context=True, retry=VideoRetry())
def prepare_video(context: JobContext, video_id: str) -> None:
    """Make a video play everywhere."""
    transcode.prepare(desk_of(context), UUID(video_id), running(context))


@jobs.task(name="videos.caption", queue=TASKS["videos.caption"], pass_context=True, retry=CAPTIONS_RETRY)
def caption_video(context: JobContext, video_id: str) -> None:
    """Write what is said in a video, and when."""
    captions.caption(desk_of(context), UUID(video_id), running(context))


@jobs.task(name="videos.poster", queue=TASKS["videos.poster"], pass_context=True, retry=POSTER_RETRY)
def show_poster(context: JobContext, video_id: str) -> None:
    """Show the picture that somebody chose to stand for their video."""
    posters.show(desk_of(context), UUID(video_id), running(context))


@jobs.task(name="videos.forget_original", queue=TASKS["videos.forget_original"], pass_context=True, retry=5)
def forget_original(context: JobContext, upload_id: str) -> None:
    """Delete what was sent."""
    objects.forget_original(desk_of(context), UUID(upload_id))


@jobs.task(
    name="videos.forget_objects", queue=TASKS["videos.forget_objects"], pass_context=True, retry=STORAGE_RETRY
)
def forget_objects(context: JobContext, video_id: str) -> None:
    """Delete what was made of a video that is gone."""
    objects.forget_objects(desk_of(context), UUID(video_id))


@jobs.task(name="mail.send", queue=TASKS["mail.send"], pass_context=True, retry=MailRetry())
def send_mail(context: JobContext, mail_id: str) -> None:
    """Send a mail or a text message."""
    mails.send(desk_of(context), UUID(mail_id), running(context))


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(name="alerts.look", queue=TASKS["alerts.look"], queueing_lock="alerts.look", pass_context=True)
def look_at_searches(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - the queue passes when it was due
    """Give a job to each saved search that is due."""
    alerts.look(desk_of(context))


@jobs.task(name="alerts.tell", queue=TASKS["alerts.tell"], pass_context=True, retry=NEWS_RETRY)
def tell_of_profiles(context: JobContext, search_id: str) -> None:
    """Write to who saved a search about the profiles that are new to it."""
    alerts.tell(desk_of(context), UUID(search_id))


@jobs.task(
    name="announcements.deliver", queue=TASKS["announcements.deliver"], pass_context=True, retry=NEWS_RETRY
)
def deliver_news(context: JobContext, kind: str, id: str) -> None:  # noqa: A002 - as `queue.announce` says it
    """Tell who listens."""
    news.deliver(desk_of(context), kind, UUID(id), context.job.id)


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(
    name="contacts.follow",
    queue=TASKS["contacts.follow"],
    queueing_lock="contacts.follow",
    pass_context=True,
)
def follow_contacts(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - the queue passes when it was due
    """Remind, and note who fell silent."""
    contacts.follow(desk_of(context))


@jobs.task(name="evidence.correct", queue=TASKS["evidence.correct"], pass_context=True, retry=NEWS_RETRY)
def correct_evidence(context: JobContext, company_id: str, since: str) -> None:
    """Withdraw what a company verified by mistake made count."""
    evidence.correct(desk_of(context), UUID(company_id), datetime.fromisoformat(since))


@jobs.task(name="evidence.drain", queue=TASKS["evidence.drain"], pass_context=True)
def drain_evidence(context: JobContext) -> None:
    """Give their numbers to the facts that wait."""
    evidence.drain(desk_of(context))


# Every hour, so that a day whose night had no worker is closed all the same.
@jobs.periodic(cron="41 * * * *")
@jobs.task(
    name="evidence.close", queue=TASKS["evidence.close"], queueing_lock="evidence.close", pass_context=True
)
def close_journal(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - the queue passes when it was due
    """Close the days up to yesterday: sign the journal as it stands, once."""
    evidence.close_days(desk_of(context))


@jobs.task(name="reports.roll", queue=TASKS["reports.roll"], pass_context=True)
def roll_reports(context: JobContext) -> None:
    """Count the facts that are new in the totals of bilans."""
    reports.roll(desk_of(context))


@jobs.task(name="housekeeping.reap", queue=TASKS["housekeeping.reap"], pass_context=True)
async def reap(context: JobContext) -> None:
    """Bring back what died."""
    desk = desk_of(context)
    await housekeeping.return_jobs(context.app.job_manager, desk.settings.worker_stalled_after_s)
    await asyncio.to_thread(housekeeping.rescue_videos, desk)


@jobs.periodic(cron="37 * * * *")
@jobs.task(name="search.learn", queue=TASKS["search.learn"], queueing_lock="search.learn", pass_context=True)
def learn_words(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - the queue passes when it was due
    """Propose and count what published profiles say by now."""
    housekeeping.teach_search(desk_of(context))


# A worker without anything periodic would not notice that its heartbeat has stopped (procrastinate 3.10).
@jobs.periodic(cron="17 * * * *")
@jobs.task(
    name="housekeeping.sweep",
    queue=TASKS["housekeeping.sweep"],
    queueing_lock="housekeeping.sweep",
    pass_context=True,
)
async def sweep(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - the queue passes when it was due
    """Delete what serves nobody."""
    await asyncio.to_thread(housekeeping.sweep, desk_of(context))
    await housekeeping.forget_jobs(context.app.job_manager)
