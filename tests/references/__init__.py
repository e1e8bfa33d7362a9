"""Slow, obvious implementations; none imports the package it is compared with."""
