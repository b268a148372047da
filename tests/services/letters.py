from amnt.mail.letters import Letter, composes


@composes("tests/service")
def compose(emails):
    return {email.pk: Letter(email.to.email, "en", "2 reminders", "Tomorrow.\n") for email in emails}
