"""What a form sends becomes a schema, or one sentence a field."""

from typing import ClassVar, Literal

import pytest
from pydantic import BaseModel
from starlette.datastructures import FormData

from app.errors import Invalid
from app.web.forms import parse


class Order(BaseModel):
    """A form with every kind of field that matters here."""

    sentences: ClassVar = {"reason": "Choisis une raison."}

    name: str
    size: Literal["small", "large"]
    reason: Literal["gift", "other"]
    colours: list[str] = []


def test_a_whole_form_is_read_with_every_value_of_a_list() -> None:
    typed = {"name": " Aïcha ", "size": "small", "reason": "gift"}
    order = parse(Order, FormData([*typed.items(), ("colours", "red"), ("colours", "blue")]))
    assert (order.name, order.colours) == ("Aïcha", ["red", "blue"])


@pytest.mark.parametrize("size", ["", "huge"])
def test_what_is_absent_is_to_be_filled_in_or_chosen_and_a_form_may_say_it_its_own_way(size: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse(Order, FormData([("size", size)]))
    assert refusal.value.errors == {
        "name": "À remplir.",
        "size": "Choisir une des réponses proposées.",
        "reason": "Choisis une raison.",
    }
