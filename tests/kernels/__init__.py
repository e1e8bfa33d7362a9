"""Kernels against slow references; run compiled, interpreted and with bounds checks."""
