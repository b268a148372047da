import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from pytest_django.asserts import assertHTMLEqual

from amnt.core.forms import HouseRenderer, whole_number


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("7", 7),
        ("042", 42),
        ("999", 999),
        ("٤٢", 42),
        ("1000", None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        ("²", None),
        ("1e2", None),
    ],
)
def test_a_whole_number_is_one_of_so_many_digits_and_nothing_else(said, number):
    assert whole_number(said, digits=3) == number


class Chosen(forms.Form):
    one = forms.ChoiceField(choices=[("", "—"), ("a&b", "<b> & \u201cc\u201d"), ("G <1>", [("x", "X"), (2, "two")]), ("z", "Z")])
    several = forms.MultipleChoiceField(
        choices=[("x", "X"), ("y", "Y")], widget=forms.SelectMultiple(attrs={"dir": "ltr", "disabled": True})
    )
    unsure = forms.NullBooleanField()


@pytest.mark.parametrize("data", [None, {"one": "a&b", "several": ["x", "y"], "unsure": "true"}, {"one": "2"}])
def test_a_select_is_written_as_django_writes_it(data):
    ours, django = (Chosen(data, renderer=renderer()) for renderer in (HouseRenderer, TemplatesSetting))
    for name in Chosen.base_fields:
        assertHTMLEqual(str(ours[name]), str(django[name]))
        assert "<option" in str(ours[name])
