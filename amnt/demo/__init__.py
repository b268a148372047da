"""A small believable world to try things out in. Every person, organisation, meeting and date in it is invented."""
