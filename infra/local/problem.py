"""What went wrong, said so that the reader can fix it."""


class Problem(Exception):
    """A failure with what to do about it. It ends the run; no stack trace is shown."""

    def __init__(self, what: str, fix: str = ""):
        super().__init__(what)
        self.what = what
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.what}\n  What to do: {self.fix}" if self.fix else self.what
