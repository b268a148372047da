"""What an e-mail may say of a reminder, and nothing more: the only objects that the templates of reminder mails are given.

Three levels (R-17). *Discreet* counts and names weekdays. *Standard* says public facts, and counts the rest. *Detailed* adds the titles of
what everyone in the coalition may read. What hangs on a circle is only ever counted as such; what is reserved to a delegation is not
even counted; what has to do with a delegation is discreet at every level.

`entries` say what there is to tell and how open it is, `days` how soon it is, `counts` and `lines` put that into words, and `letter`
makes a letter of them, in the `shapes` that templates read.
"""
