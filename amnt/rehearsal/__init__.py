"""A whole cycle played in advance, in a database of its own: `manage.py rehearse`.

The real engine (planning, sending, composing, delivering, and what time alone does in coalitions) runs on a simulated clock over invented
people and the real calendar, while dates move, people leave, workers stand still and the mail server fails. `invariants` holds it to its
promises after every step. docs/decisions/rehearsals_have_their_own_world.md says why it is built this way.
"""
