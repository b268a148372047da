class RuleBroken(Exception):
    """An act that may not happen now. Its text is a sentence for the person, already translated.

    field -- the argument of the service that breaks the rule, as forms and the API name it; empty if it is no single one
    """

    def __init__(self, sentence: str, *, field: str = ""):
        super().__init__(sentence)
        self.field = field
