"""Example data for trying things out. Every person, organisation, meeting and date in it is invented."""
