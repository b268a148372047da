"""Faults with real processes: bin/faults. A scenario is a function of `scenarios`; what they share is in `world` and `mailserver`."""
