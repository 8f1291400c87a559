"""The pool: a connection that the server has ended is not used."""

from sqlalchemy import Engine, text


def test_connections_that_the_server_has_ended_are_replaced_before_they_are_used(committed: Engine) -> None:
    pid = text("select pg_backend_pid()")
    with committed.connect() as one, committed.connect() as two, committed.connect() as other:
        ended = {connection.scalar(pid) for connection in (one, two, other)}
    with committed.connect() as killer:
        mine = killer.scalar(pid)
        for each in ended - {mine}:
            assert killer.scalar(text("select pg_terminate_backend(:pid, 5000)"), {"pid": each})
    with committed.connect() as one, committed.connect() as two, committed.connect() as other:
        fresh = {connection.scalar(pid) for connection in (one, two, other)}
    assert fresh & ended == {mine}
