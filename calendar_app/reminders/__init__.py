"""Who is reminded of what, when, and in which words.

`rules` say of what and to whom, `placement` at which hour; `promises` are all of them for one person, which `planning` keeps
as rows each minute. What happened meanwhile is told from events by `notices`. `sending` puts what is due into one e-mail per person,
and `emails` composes it; `preview` shows a person what will come.

What an e-mail may say, and nothing more, is `content`: *discreet* (R-17) counts and names weekdays, *standard* says public facts and
counts the rest, *detailed* adds the titles of what everyone in the coalition may read. What hangs on a circle is only ever counted as
such; what is reserved to a delegation is not even counted; what has to do with a delegation is discreet at every level. `wording` puts
that into words, as `MailSafe`: the only object that the templates of these mails are given.
"""
