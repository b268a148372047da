from django.forms.renderers import TemplatesSetting


class HouseRenderer(TemplatesSetting):
    """Every field by our own template: label, help, error, input, in this order."""

    field_template_name = "django/forms/field.html"
