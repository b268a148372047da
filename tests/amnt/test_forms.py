import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from pytest_django.asserts import assertHTMLEqual

from amnt.core.errors import RuleBroken
from amnt.core.forms import CommonChoices, CommonSelect, FieldRenderer, add_broken_rule, chosen_words, whole_number


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


class Dated(forms.Form):
    due_on = forms.DateField()
    title = forms.CharField()
    fields_of_rules = {"due_at": "due_on"}


@pytest.mark.parametrize(("field", "shown_at"), [("title", "title"), ("due_at", "due_on"), ("circle", "__all__"), ("", "__all__")])
def test_what_a_service_refuses_is_shown_at_its_field_or_above_the_form(field, shown_at):
    form = Dated({"due_on": "2028-09-04", "title": "Ask"})
    assert form.is_valid()
    add_broken_rule(form, RuleBroken("It is closed.", field=field))
    assert form.errors == {shown_at: ["It is closed."]}


class Chosen(forms.Form):
    one = forms.ChoiceField(choices=[("", "—"), ("a&b", "<b> & \u201cc\u201d"), ("G <1>", [("x", "X"), (2, "two")]), ("z", "Z")])
    several = forms.MultipleChoiceField(
        choices=[("x", "X"), ("y", "Y")], widget=forms.SelectMultiple(attrs={"dir": "ltr", "disabled": True})
    )
    unsure = forms.NullBooleanField()


@pytest.mark.parametrize("data", [None, {"one": "a&b", "several": ["x", "y"], "unsure": "true"}, {"one": "2"}])
def test_a_select_is_written_as_django_writes_it(data):
    ours, django = (Chosen(data, renderer=renderer()) for renderer in (FieldRenderer, TemplatesSetting))
    for name in Chosen.base_fields:
        assertHTMLEqual(str(ours[name]), str(django[name]))
        assert "<option" in str(ours[name])


@pytest.mark.parametrize("chosen", [None, "", "new", "a&b", "z", "neither"])
def test_choices_that_fields_have_in_common_are_written_as_if_each_had_its_own(chosen):
    common = CommonChoices([("a&b", "<b> & \u201cc\u201d"), ("z", "Z")])
    own = [("", "—"), ("new", "New")]

    class Common(forms.Form):
        one = forms.ChoiceField(choices=[*own, *common.choices], widget=CommonSelect)

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["one"].widget.choices, self.fields["one"].widget.common = own, common

    class Alone(forms.Form):
        one = forms.ChoiceField(choices=[*own, *common.choices])

    data = None if chosen is None else {"one": chosen}
    ours, django = Common(data, renderer=FieldRenderer()), Alone(data, renderer=TemplatesSetting())
    assertHTMLEqual(str(ours["one"]), str(django["one"]))
    assert str(ours["one"]).count(" selected") == (chosen in {None, "", "new", "a&b", "z"})
    assert ours.is_valid() == django.is_valid() == (chosen in {"new", "a&b", "z"})


class Filters(forms.Form):
    word = forms.CharField(required=False)
    kind = forms.ChoiceField(
        required=False, choices=[("", "All kinds"), ("Meetings", [("call", "a call"), ("regional", "a regional meeting")])]
    )
    since = forms.DateField(required=False, label="From")
    tab = forms.CharField(required=False, widget=forms.HiddenInput)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, ""),
        ({"word": " ", "kind": "", "since": "", "tab": "mine"}, ""),
        ({"word": "treaty", "kind": "call"}, "treaty, a call"),
        ({"kind": "nonsense", "since": "2024-10-15"}, "From: Tue, 15 Oct 2024"),
    ],
)
def test_a_filter_says_in_words_what_is_chosen(asked, said):
    form = Filters(asked)
    form.is_valid()
    assert chosen_words(form) == said
    assert chosen_words(form, "since") == ("" if "since" in asked else said)
