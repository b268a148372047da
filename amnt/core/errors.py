class RuleBroken(Exception):
    """A service refuses an act. The text is a sentence for the person, already translated.

    field -- the argument of the service that is refused, as forms and the API name it; empty if it is not one alone
    """

    def __init__(self, sentence: str, *, field: str = ""):
        super().__init__(sentence)
        self.field = field
