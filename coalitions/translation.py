"""Models with history; nothing here is translated by columns."""

from simple_history import register as keep_history

from coalitions.models import Delegation

keep_history(Delegation, app="coalitions", excluded_fields=["reference_values", "search_text"], related_name="+")
