"""Answers as real servers give them. Those without a mailbox in them must never silence a person."""

import pytest

from amnt.mail.smtp_replies import Answer, Refusal

NO_SUCH_MAILBOX = {
    "Postfix": (550, "5.1.1 <ama@example.org>: Recipient address rejected: User unknown in local recipient table"),
    "Postfix, as a gateway": (550, "5.1.1 <ama@example.org>: Recipient address rejected: User unknown in relay recipient table"),
    "Postfix, a domain that is not there": (550, "5.1.2 <ama@example.invalid>: Recipient address rejected: Domain not found"),
    "Postfix, null MX": (556, "5.1.10 <ama@example.org>: Recipient address rejected: Domain example.org does not accept mail (nullMX)"),
    "Exim": (550, "No such user here"),
    "Exim, router": (550, "Unrouteable address"),
    "Exim, cPanel": (550, "No Such User Here"),
    "Sendmail": (550, "5.1.1 <ama@example.org>... User unknown"),
    "Sendmail, old": (550, "<ama@example.org>... User unknown"),
    "Exchange": (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ama@example.org not found by SMTP address lookup"),
    "Exchange, on premises": (550, "5.1.1 User unknown"),
    "Outlook.com": (550, "5.5.0 Requested action not taken: user unknown (S2017062302)"),
    "Gmail": (
        550,
        "5.1.1 The email account that you tried to reach does not exist. Please try\n5.1.1 double-checking the recipient's email address "
        "for typos or\n5.1.1 unnecessary spaces. https://support.google.com/mail/?p=NoSuchUser a640c23a62f3a - gsmtp",
    ),
    "Yahoo": (554, "delivery error: dd This user doesn't have a yahoo.com account (ama@yahoo.com) [0]"),
    "iCloud": (550, "5.1.1 <ama@icloud.com>: user does not exist"),
    "Orange": (550, "5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_416 [416]"),
    "OVH": (550, "5.1.1 <ama@example.org>: Recipient address rejected: User unknown"),
    "qmail": (511, "sorry, no mailbox here by that name (#5.1.1 - chkuser)"),
    "qmail, after the message": (554, "sorry, no mailbox here by that name. (#5.1.1)"),
    "Barracuda": (550, "cuda_nsu 5.1.1 <ama@example.org> Recipient address rejected: User unknown"),
    "Courier": (550, "User <ama@example.org> unknown"),
    "Zimbra": (550, "5.1.1 <ama@example.org>: Recipient address rejected: example.org"),
    "Cisco": (550, "#5.1.0 Address rejected: unknown user ama@example.org"),
    "Proton": (550, "5.1.1 <ama@proton.me>: Recipient address rejected: Address does not exist"),
    "Mail.ru": (550, "Message was not accepted -- invalid mailbox. Local mailbox ama@mail.ru is unavailable: user not found"),
    "Spanish": (550, "El usuario no existe: usuario desconocido"),
}

REJECTED = {
    "Postfix, relay": (554, "5.7.1 <ama@example.org>: Relay access denied"),
    "Postfix, client": (554, "5.7.1 <unknown[192.0.2.7]>: Client host rejected: Access denied"),
    "Postfix, content": (550, "5.7.1 Message content rejected"),
    "Postfix, sender": (550, "5.1.8 <agenda@example.org>: Sender address rejected: Domain not found"),
    "Postfix, size": (552, "5.3.4 Message size exceeds fixed limit"),
    "Exim, relay": (550, "relay not permitted"),
    "Exim, content": (550, "This message was classified as SPAM and may not be delivered"),
    "Exim, verification": (550, "Sender verify failed: no such user"),
    "Sendmail, relay": (550, "5.7.1 <ama@example.org>... Relaying denied"),
    "Exchange, relay": (550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain"),
    "Exchange, sender": (550, "5.7.60 SMTP; Client does not have permissions to send as this sender"),
    "Exchange Online, edge": (550, "5.4.1 Recipient address rejected: Access denied. AS(201806281)"),
    "Exchange Online, banned": (550, "5.7.708 Service unavailable. Access denied, traffic not accepted from this IP"),
    "Outlook.com, blocklist": (
        550,
        "5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. They are on our block list",
    ),
    "Gmail, disabled": (550, "5.2.1 The email account that you tried to reach is disabled."),
    "Gmail, rate": (550, "5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages"),
    "Gmail, unauthenticated": (550, "5.7.26 This mail is unauthenticated, which poses a security risk to the sender and Gmail users"),
    "Gmail, relay": (550, "5.7.1 Invalid credentials for relay [192.0.2.7]. The IP address you've registered"),
    "Yahoo, policy": (554, "5.7.9 Message not accepted for policy reasons"),
    "iCloud, full": (552, "5.2.2 <ama@icloud.com>: user is over quota"),
    "Amazon SES": (554, "Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1"),
    "Amazon SES, paused": (454, "Throttling failure: Maximum sending rate exceeded."),
    "Amazon SES, account": (554, "Sending suspended for this account. For more information, please check the inbox of the email address"),
    "SendGrid": (550, "Unauthenticated senders not allowed"),
    "SendGrid, identity": (
        550,
        "The from address does not match a verified Sender Identity.",
    ),
    "SendGrid, credits": (451, "Authentication failed: Maximum credits exceeded"),
    "Mailgun": (550, "5.7.1 Relaying denied"),
    "Brevo": (525, "5.7.1 Unauthorized IP address"),
    "OVH, spam": (550, "5.7.1 Spam detected by content scanner. Message rejected"),
    "OVH, account": (535, "5.7.1 Authentication failed"),
    "Orange, policy": (550, "5.7.1 Service refuse. Veuillez essayer plus tard. service refused, please try later. OFR_506 [506]"),
    "Free": (550, "spam detected"),
    "GMX": (554, "Transaction failed. Reject due to policy restrictions."),
    "Spamhaus": (554, "5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; no such user listed"),
    "qmail": (553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
    "Proofpoint": (554, "Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.7"),
    "RFC 5321, which may mean anything": (550, "Requested action not taken: mailbox unavailable"),
    "somebody who says nothing": (550, ""),
    "a version that looks like a status": (554, "No thanks. Server 5.1.1.9"),
    "authentication at the recipient": (530, "5.7.0 Authentication required"),
}


@pytest.mark.parametrize("server", NO_SUCH_MAILBOX)
def test_no_such_mailbox(server):
    assert Answer.of(*NO_SUCH_MAILBOX[server]).refusal == Refusal.NO_SUCH_MAILBOX


@pytest.mark.parametrize("server", REJECTED)
def test_everything_else_that_is_refused_may_be_our_own_fault(server):
    code, words = REJECTED[server]
    assert Answer.of(code, words).refusal == (Refusal.REJECTED if code >= 500 else Refusal.DEFERRED)


@pytest.mark.parametrize("words", ["4.1.1 <ama@example.org>: Recipient address rejected: User unknown", "4.7.1 Greylisted", "mailbox busy"])
def test_what_begins_with_4_is_for_now_whatever_it_says(words):
    assert Answer.of(450, words).refusal == Refusal.DEFERRED


def test_the_words_hold_no_address_and_are_bounded():
    answer = Answer.of(550, b"5.1.1 <ama@example.org>:\n\tno such user \xff " + b"x" * 400)
    assert answer.words.startswith("550 5.1.1 … no such user \ufffd xxx")
    assert len(answer.words) == 200
