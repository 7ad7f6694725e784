"""What went wrong, said so that the reader can mend it."""


class Problem(Exception):
    """A failure with what to do about it. It ends the run; no stack trace is shown."""

    def __init__(self, what: str, mend: str = ""):
        super().__init__(what)
        self.what = what
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.what}\n  What to do: {self.mend}" if self.mend else self.what
