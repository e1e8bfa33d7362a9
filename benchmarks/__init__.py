"""Measure skclassic against its claims and against its peers: `python -m benchmarks`.

    datasets/   data, by name: generated, shipped with scikit-learn, read from packages
    rivals/     contestants: one file each, matched parameters, never imported unasked
    speed/      clocks: fits and predictions taken in turns, peak memory, cold start
    tables/     accuracy on real data, ours against scikit-learn's
    judge.py    scores and ratios, from what the contestants returned
    report/     console, JSON and page

Data, contestants and judge never import each other; only the runs in `speed` and
`tables` know all three.
"""
