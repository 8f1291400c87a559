"""Which programs are robots, by the name that they give themselves."""

from counter_robots import is_robot_or_machine


def is_robot(user_agent: str) -> bool:
    """Tell whether a program is a robot or a script, or gives no name at all.

    Source: list of the COUNTER Code of Practice 5 (github.com/atmire/COUNTER-Robots), which the package
    counter-robots carries: its version says of which month.
    """
    return bool(is_robot_or_machine(user_agent))
