"""Plays the reminders of a whole cycle with the real planner, sender and composer on a simulated clock: `play` a `World` that a file
describes, and `compare` what everyone was told with what the file says that they should hear of.
"""
