from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _


def no_assembly_yet(request, to, *args):
    """The answer to someone who would enter what belongs to an assembly, where none is recorded."""
    messages.error(request, _("No assembly is known yet. A person who looks after this instance must add one first."))
    return redirect(to, *args)
