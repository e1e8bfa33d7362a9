"""Seconds and bytes as ratios: in one run, in turns, at equal scores."""
