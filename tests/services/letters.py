from amnt.mail.emails import Letter, register_composer


def compose(emails):
    return {email.pk: Letter(email.to.email, "en", "2 reminders", "Tomorrow.\n") for email in emails}


register_composer("tests/service", compose)
