"""The kinds of exports of text work that are not public."""

from django.utils.translation import gettext_lazy as _

from coalitions.export_registry import register


def register_all() -> None:
    register(
        "matrix",
        name=_("the matrix with our readings and positions"),
        sentence=_("The matrix was exported with readings and positions"),
    )
    register(
        "rights_impacts",
        name=_("the impacts on rights"),
        sentence=_("The impacts on rights were exported"),
    )
