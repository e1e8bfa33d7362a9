"""The jobs: claims, speed, tables and evidence. Each measures, prints, and keeps."""

from time import perf_counter

from benchmarks import datasets, evidence, ledger
from benchmarks.datasets import nominal, rare, two_classes
from benchmarks.report import tables
from benchmarks.speed import cold, memory, race
from benchmarks.speed.cases import CASES, SIZES
from benchmarks.tables import accuracy, boosting, categories, published

JOBS = ("claims", "speed", "accuracy", "categories", "published", "evidence")
N_JOBS = 2
PUBLISHED = published.TABLES | boosting.TABLES


def list_keys():
    """Give the keys that each job knows.

    Returns
    -------
    dict of str to dict of str to str
        Maps a job to its keys, and each key to what it stands for.
    """
    from skclassic.claims import CLAIMS

    return {
        "claims": {key: claim.sentence for key, claim in CLAIMS.items()},
        "speed": {case.key: case.title for case in CASES}
        | {COLD: "Cold starts: imports and first fits"},
        "accuracy": {name: "forest, bagging, tree" for name in list_sets("full")},
        "categories": {name: "categories against one-hot" for name in nominal.SETS},
        "published": {key: title for key, (_, title) in PUBLISHED.items()},
        "evidence": evidence.list_keys(),
    }


FULL_MINUTES = {  # on two threads of one core
    "claims": 12,
    "speed": 32,
    "accuracy": 3,
    "categories": 5,
    "published": 8,
    "evidence": 27,
}


def foretell(plan):
    """Say how long a run at full size takes.

    Parameters
    ----------
    plan : dict of str to list of str
        Maps the jobs that are to run to their keys.

    Returns
    -------
    str
    """
    known = list_keys()
    is_whole = all(len(keys) == len(known[job]) for job, keys in plan.items())
    minutes = {job: FULL_MINUTES[job] for job in plan}
    parts = ", ".join(f"{job} {each}" for job, each in minutes.items())
    return (
        f"At full size this takes {'about' if is_whole else 'at most'} "
        f"{sum(minutes.values())} minutes on two cores: {parts}."
    )


COLD = "cold-start"


def list_sets(size):
    """Name the data sets of the accuracy table: shipped ones, at full size all."""
    shelves = ("embedded", "packaged") if size == "full" else ("embedded",)
    return [
        name
        for shelf in shelves
        for name in datasets.list_names(shelf, task="classification")
    ]


def run_claims(keys, results, *, screen, began):
    """Test claims, printing each verdict as soon as it is known."""
    from skclassic.claims import run
    from skclassic.claims.console import describe_legend, describe_verdict

    screen.print(describe_legend())
    with screen.watch("claims", None) as tell:
        verdicts = run(
            keys,
            quick=results.size == "quick",
            thorough=results.size == "full",
            more=list_more(rare, results, screen=screen),
            more_curves=list_more(two_classes, results, screen=screen),
            n_jobs=N_JOBS,
            on_progress=tell,
        )
        for verdict in verdicts:
            elapsed = perf_counter() - began
            results.seconds.setdefault("first verdict", elapsed)
            results.verdicts.append(verdict)
            screen.print(f"\n{describe_verdict(verdict)}")
    results.ledger += ledger.balance(results.verdicts)
    for entry in results.ledger:
        screen.print(f"\nThe claims about {entry}")


def list_more(shelf, results, *, screen):
    """Read more data for claims at full size; a line where they are absent."""
    if results.size != "full":
        return []
    try:
        return shelf.list_problems()
    except datasets.AbsentData as absence:
        results.notes.append(f"{shelf.WHAT} were left out: {absence}")
        screen.print_notes(results.notes[-1:])
        return []


def run_speed(keys, results, *, screen, began):
    """Race cases, then weigh some of them, then start from cold."""
    size = SIZES[results.size]
    cases = [case for case in CASES if case.key in keys]
    if cases:
        screen.print("\nHow to read this")
        screen.print_notes([tables.HOW_TO_READ, tables.ONLY_RATIOS])
    with screen.watch("speed", count_steps(cases, size)) as tell:
        for case in cases:
            row = race_case(case, size, tell=tell)
            results.races.append(row)
            screen.print_table(tables.tabulate_race(row, is_full=size.name == "full"))
    if differences := tables.list_differences(results.races):
        screen.print("\nWhat could not be matched")
        screen.print_notes(differences)
    weigh([case for case in cases if case.key in size.weighed], results, screen=screen)
    if COLD in keys:
        start_cold(results, screen=screen)


def count_steps(cases, size):
    """Give the warm-ups and rounds of all contestants that may take part."""
    return sum((1 + len(case.opponents)) * (1 + size.n_rounds) for case in cases)


def race_case(case, size, *, tell):
    """Race one case under its key."""
    return race.run(case, size, tell=lambda text: tell(f"{case.key}: {text}"))


def weigh(cases, results, *, screen):
    """Measure the peak memory of cases, each contestant in its own process."""
    if not cases:
        return
    size = SIZES[results.size]
    total = sum(1 + len(case.opponents) for case in cases)
    with screen.watch("memory", total) as tell:
        results.peaks += [memory.run(case, size, tell=tell) for case in cases]
    screen.print_table(tables.tabulate_memory(results.peaks))


def start_cold(results, *, screen):
    """Measure imports and first fits, each in its own process."""
    with screen.watch("cold starts", None):
        results.starts += cold.run(SIZES[results.size].n_starts)
    screen.print_table(tables.tabulate_starts(results.starts))


def run_accuracy(keys, results, *, screen, began):
    """Compare accuracies on every set, a line for each that is not installed."""
    with screen.watch("accuracy", len(keys) * len(accuracy.PLANS)) as tell:
        for name in keys:
            try:
                results.accuracies += compare_on(name, tell=tell)
            except datasets.AbsentData as absence:
                results.notes.append(f"{name} was left out: {absence}")
    results.averages += accuracy.sum_up(results.accuracies)
    table = tables.tabulate_accuracy(results.accuracies, notes=results.notes)
    screen.print_table(table)
    screen.print_table(tables.tabulate_averages(results.averages))


def compare_on(name, *, tell):
    """Yield one row for every estimator on one data set."""
    for estimator in accuracy.PLANS:
        yield accuracy.run(name, estimator=estimator)
        tell(f"{name}: {estimator}")


def run_categories(keys, results, *, screen, began):
    """Compare categories with one-hot columns, a line for each absent set."""
    with screen.watch("categories", len(keys) * len(categories.PLANS)) as tell:
        for name in keys:
            try:
                for estimator in categories.PLANS:
                    row = categories.run(name, estimator=estimator)
                    results.categories.append(row)
                    tell(f"{name}: {estimator}")
            except datasets.AbsentData as absence:
                results.notes.append(f"{name} was left out: {absence}")
    table = tables.tabulate_categories(results.categories, notes=results.notes)
    screen.print_table(table)


def run_published(keys, results, *, screen, began):
    """Hold our estimators against published figures and simulations."""
    size = "full" if results.size == "full" else "quick"
    with screen.watch("published", len(keys)) as tell:
        for key in keys:
            tell(key, advance=0)
            measure, _ = PUBLISHED[key]
            results.published += measure(size, n_jobs=N_JOBS)
            tell(key)
    for table in tables.tabulate_papers(results.published, is_full=size == "full"):
        screen.print_table(table)


def run_evidence(keys, results, *, screen, began):
    """Hold our own statistics against truths, and count how often they hold."""
    size = "full" if results.size == "full" else "quick"
    with screen.watch("evidence", len(keys)) as tell:
        for key in keys:
            tell(key, advance=0)
            results.evidence += evidence.measure(key, size, n_jobs=N_JOBS)
            tell(key)
    screen.print_table(
        tables.tabulate_evidence(results.evidence, is_full=size == "full")
    )


RUNS = {
    "claims": run_claims,
    "speed": run_speed,
    "accuracy": run_accuracy,
    "categories": run_categories,
    "published": run_published,
    "evidence": run_evidence,
}
