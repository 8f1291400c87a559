"""Speech made on the spot: a script said by another voice than the one it is compared with, in a room."""

import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.videos.captions import Cue
from app.videos.cutting import blocks

LEAD_S = 1.3  # the hand that leaves the button
SAMPLE_BYTES = 2
FAR_S = 1e6
LOUD = 600  # of 32,768: where a voice begins and ends
SCRIPT = (
    "Bonjour, je m’appelle Aïcha, j’ai vingt-deux ans et je viens d’obtenir mon CAP de vente.\n"
    "Depuis deux ans, je travaille le samedi dans une boulangerie à Roubaix, "
    "où je sers les clients et je tiens la caisse. "
    "J’ai aussi fait un stage de six semaines dans un supermarché : "
    "je mettais les produits en rayon et je renseignais les gens.\n"
    "Ce que j’aime, c’est le contact avec les personnes. "
    "On me dit souvent que je suis souriante et ponctuelle. "
    "Je sais travailler en équipe, même quand il y a du monde. "
    "Je parle français et arabe, et je me débrouille en anglais.\n"
    "Je cherche un contrat dans la vente, à Lille ou aux alentours, et je suis disponible tout de suite. "
    "J’ai le permis et je peux commencer tôt le matin. "
    "Merci de m’avoir écoutée, et à bientôt peut-être !"
)
IMPROVISED = (
    "Euh, alors là je ne sais plus très bien ce que je voulais vous dire, attendez une petite seconde."
)
OTHER = (
    "Le chat dort sur le canapé rouge du salon pendant que la pluie tombe sur les toits de la ville.",
    "Mon oncle répare des vélos dans son garage, il connaît tous les outils et n’oublie jamais rien.",
    "Hier nous avons mangé des crêpes au sucre en regardant un vieux film en noir et blanc.",
    "La montagne est belle quand la neige fond et que les ruisseaux courent entre les pierres.",
)


@dataclass(frozen=True)
class Speaker:
    """How somebody speaks: a voice of espeak-ng, words a minute, pitch, tempo of the recording."""

    voice: str = "fr-be+f2"
    speed: int = 150
    pitch: int = 60
    tempo: float = 1.07
    noise: float = 0.002


@dataclass(frozen=True)
class Talk:
    """What was recorded: the file, how long it lasts, and when each line begins."""

    path: Path
    duration_s: float
    starts_s: dict[str, float]


LINES = tuple(block.replace("\n", " ") for block in blocks(SCRIPT))
SPEAKERS = {
    "woman": Speaker(),
    "man in a hurry": Speaker("fr+m3", 175, 30, 1.05),
    "another synthesis": Speaker("fr-ch+klatt4", 135, 45, 0.93),
    "in a noisy street": Speaker("fr-be+f4", 160, 55, 0.95, noise=0.02),
}
REORDERED = (*LINES[:2], *LINES[6:10], *LINES[2:6], *LINES[10:])
SKIPPED = (*LINES[:4], *LINES[6:9], *LINES[10:])
SHORT_PAUSES_S = (0.15, 0.4, 0.25)
LONG_PAUSES_S = (0.5, 3.0, 1.2, 2.4)


def record(path: Path, lines: Sequence[str], speaker: Speaker, pauses_s: Sequence[float]) -> Talk:
    """Record lines, a pause after each, with an echo, noise and a telephone's band, as AAC."""
    dry = path.with_suffix(".wav")
    samples, rate_hz, starts_s = b"", 0, {}
    for position, line in enumerate(lines):
        voice, rate_hz = _said(dry, line, speaker)
        samples += b"" if samples else _silence(LEAD_S, rate_hz)
        starts_s[line] = len(samples) / SAMPLE_BYTES / rate_hz / speaker.tempo
        samples += voice + _silence(pauses_s[position % len(pauses_s)], rate_hz)
    with wave.open(str(dry), "wb") as sound:
        sound.setparams((1, SAMPLE_BYTES, rate_hz, 0, "NONE", ""))
        sound.writeframes(samples)
    _in_a_room(dry, path, speaker)
    return Talk(path, len(samples) / SAMPLE_BYTES / rate_hz / speaker.tempo, starts_s)


def errors_s(cues: Sequence[Cue], talk: Talk) -> list[float]:
    """Compare the starts of captions with those of the lines of the script; a missing one is far off."""
    found = {cue.text.replace("\n", " "): cue.start_s for cue in cues}
    return [abs(found.get(line, FAR_S) - start_s) for line, start_s in talk.starts_s.items() if line in LINES]


def silence(path: Path, length_s: float, source: str = "anullsrc=r=48000") -> Path:
    """Record nothing, or what a source of ffmpeg gives."""
    _ffmpeg(["-f", "lavfi", "-i", source, "-t", str(length_s)], path)
    return path


def _silence(length_s: float, rate_hz: int) -> bytes:
    return bytes(SAMPLE_BYTES * round(length_s * rate_hz))


def _said(path: Path, text: str, speaker: Speaker) -> tuple[bytes, int]:
    """Say one line, without the silence around it."""
    words = [
        "-v",
        speaker.voice,
        "-s",
        str(speaker.speed),
        "-p",
        str(speaker.pitch),
        "-b",
        "1",
        "-w",
        str(path),
    ]
    subprocess.run(["espeak-ng", *words, "--stdin"], input=text.encode(), check=True)
    with wave.open(str(path)) as sound:
        samples = sound.readframes(sound.getnframes())
        loud = [at for at, sample in enumerate(memoryview(samples).cast("h")) if abs(sample) > LOUD]
        return samples[SAMPLE_BYTES * loud[0] : SAMPLE_BYTES * (loud[-1] + 1)], sound.getframerate()


def _in_a_room(dry: Path, path: Path, speaker: Speaker) -> None:
    noise = f"anoisesrc=color=pink:sample_rate=48000:seed=7:amplitude={speaker.noise}"
    graph = (
        f"[0:a]aresample=48000,volume=0.4,atempo={speaker.tempo},highpass=f=120,lowpass=f=6000,"
        "aecho=0.9:0.7:11|27:0.3|0.2[voice];[voice][1:a]amix=duration=first:normalize=0[out]"
    )
    _ffmpeg(["-i", str(dry), "-f", "lavfi", "-i", noise, "-filter_complex", graph, "-map", "[out]"], path)


def _ffmpeg(words: Sequence[str], path: Path) -> None:
    head = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
    subprocess.run([*head, *words, "-c:a", "aac", "-b:a", "96k", path], check=True)
