"""What plans reckon a page with: an operator's choice, or the server's own."""

import pytest
from sqlalchemy import text

from app.db import connect
from app.postgres import EmbeddedPostgres


@pytest.mark.parametrize(
    ("page_cost", "expected"), [(0.1, ("0.1", "0.1")), (2.5, ("2.5", "2.5")), (0, ("1", "4"))]
)
def test_plans_reckon_a_page_with_what_the_operator_says(
    postgres: EmbeddedPostgres, page_cost: float, expected: tuple[str, str]
) -> None:
    engine = connect(postgres.url, pool_size=1, page_cost=page_cost)
    costs = "select current_setting('seq_page_cost'), current_setting('random_page_cost')"
    with engine.connect() as connection:
        assert tuple(connection.execute(text(costs)).one()) == expected
    engine.dispose()
