"""Tables over many data sets."""
