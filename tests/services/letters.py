from amnt.mail.emails import Letter, register_composer


@register_composer("tests/service")
def compose(emails):
    return {email.pk: Letter(email.to.email, "en", "2 reminders", "Tomorrow.\n") for email in emails}
