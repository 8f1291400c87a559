"""What stops a command: a sentence for the person at the keyboard, never a stack trace."""


class Trouble(Exception):
    """A command cannot go on; the message says what to do."""
