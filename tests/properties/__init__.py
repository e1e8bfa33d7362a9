"""Laws that hold for every input, sought out by hypothesis."""
