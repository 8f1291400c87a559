"""Makes a model of Whisper's form that knows nothing: what the real library reads and writes, without 75 MB.

Source of the numbers of tokens: openai/whisper, tokenizer.py (the multilingual vocabulary of 51,865).
"""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

WORDS = 50_257
LANGUAGES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur "
    "hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si "
    "km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln "
    "ha ba jw su"
)
TASKS = ("translate", "transcribe", "startoflm", "startofprev", "nocaptions", "notimestamps")
TIMES = 1_501
WIDTH, HEADS, WINDOW, MELS, LENGTH = 8, 2, 1_500, 80, 448
FIRST_LANGUAGE = WORDS + 2


def make_tiny_model(place: Path) -> Path:
    """Write the model and its tokenizer in a new directory; the same numbers each time."""
    place.mkdir()
    # By the empty one CTranslate2 knows a model of several languages.
    tokens = [*byte_tokens(), *(f"w{number}" for number in range(WORDS - 257)), "", *special_tokens()]
    write_tokenizer(place / "tokenizer.json", tokens)
    whisper = import_module("ctranslate2.specs.whisper_spec")
    spec = whisper.WhisperSpec(1, HEADS, 1, HEADS)
    fill(spec, np.random.default_rng(7), len(tokens))
    spec.register_vocabulary(tokens)
    spec.config.suppress_ids, spec.config.suppress_ids_begin = [-1], [220, WORDS]
    spec.config.alignment_heads = [(0, 0)]
    spec.config.lang_ids = list(range(FIRST_LANGUAGE, FIRST_LANGUAGE + len(LANGUAGES.split())))
    spec.validate()
    spec.save(str(place))
    return place


def special_tokens() -> Iterator[str]:
    """Name what is no word: beginnings, languages, tasks, times."""
    yield from ("<|endoftext|>", "<|startoftranscript|>")
    yield from (f"<|{name}|>" for name in (*LANGUAGES.split(), *TASKS))
    yield from (f"<|{number * 0.02:.2f}|>" for number in range(TIMES))


def byte_tokens() -> list[str]:
    """Name the 256 bytes as byte-level tokenizers do: by signs that can be seen."""
    seen = {*range(33, 127), *range(161, 173), *range(174, 256)}
    moved = iter(range(256, 512))
    return [chr(byte) if byte in seen else chr(next(moved)) for byte in range(256)]


def write_tokenizer(path: Path, tokens: list[str]) -> None:
    """Write a byte-level tokenizer that joins nothing."""
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    added = [
        {"id": number, "content": token, "special": True}
        | dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
        for number, token in enumerate(tokens)
        if number >= WORDS
    ]
    words = {token: number for number, token in enumerate(tokens[:WORDS])}
    model = {"type": "BPE", "vocab": words, "merges": []}
    told = {"version": "1.0", "added_tokens": added, "pre_tokenizer": level, "decoder": level, "model": model}
    path.write_text(json.dumps(told), encoding="utf-8")


def fill(spec: Any, chance: np.random.Generator, vocabulary: int) -> None:
    """Give every layer numbers of the right shape."""

    def some(*shape: int) -> Any:
        return chance.normal(0, 0.1, shape).astype(np.float32)

    def linear(layer: Any, out: int, into: int) -> None:
        layer.weight, layer.bias = some(out, into), some(out)

    def norm(layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)

    def attend(layer: Any, *outs: int) -> None:
        norm(layer.layer_norm)
        for part, out in zip(layer.linear, outs, strict=True):
            linear(part, out, WIDTH)

    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = some(WIDTH, MELS, 3), some(WIDTH)
    encoder.conv2.weight, encoder.conv2.bias = some(WIDTH, WIDTH, 3), some(WIDTH)
    encoder.position_encodings.encodings = some(WINDOW, WIDTH)
    decoder.position_encodings.encodings = some(LENGTH, WIDTH)
    decoder.embeddings.weight = some(vocabulary, WIDTH)
    linear(decoder.projection, vocabulary, WIDTH)
    attend(decoder.layer[0].attention, WIDTH, 2 * WIDTH, WIDTH)
    for side in (encoder, decoder):
        norm(side.layer_norm)
        attend(side.layer[0].self_attention, 3 * WIDTH, WIDTH)
        norm(side.layer[0].ffn.layer_norm)
        linear(side.layer[0].ffn.linear_0, WIDTH, WIDTH)
        linear(side.layer[0].ffn.linear_1, WIDTH, WIDTH)
