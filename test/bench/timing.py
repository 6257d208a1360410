"""How a figure comes about: two callables timed in turns on one core, and the median
of the pairs' ratios with its 95 % interval."""
import contextlib
import fcntl
import math
import os
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("PENJING_BUILD", os.path.join(SOURCE, "build"))
PENJING = os.path.join(BUILD, "bin", "penjing")
OUTPUT = os.path.join(BUILD, "bench")
PAIRS = 31
AUTOGROUP = "/proc/self/autogroup"


def cpu_name():
    try:
        with open("/proc/cpuinfo") as info:
            return next(line.split(":", 1)[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return "unknown CPU"


@contextlib.contextmanager
def alone():
    """This process on one core, as undisturbed as it may ask for; as it was afterwards.
    PENJING_TIMING_LOCK names a file that is locked meanwhile, so that other timings wait."""
    cores = os.sched_getaffinity(0)
    with contextlib.ExitStack() as cleanup:
        if path := os.environ.get("PENJING_TIMING_LOCK"):
            fcntl.flock(cleanup.enter_context(open(path, "a")), fcntl.LOCK_EX)
        with contextlib.suppress(OSError, ValueError, IndexError):
            with open(AUTOGROUP) as file:
                before = int(file.read().split()[-1])
            write_autogroup(-20)
            cleanup.callback(write_autogroup, before)
        os.sched_setaffinity(0, {max(cores)})
        cleanup.callback(os.sched_setaffinity, 0, cores)
        yield


def write_autogroup(nice):
    """Only root may; where it may not, the others are merely not held back."""
    with contextlib.suppress(OSError):
        with open(AUTOGROUP, "w") as file:
            file.write(str(nice))


def seconds(call, count):
    """Seconds of one of `count` calls."""
    begin = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - begin) / count


def calls_in(call, duration):
    """How many calls take about `duration` seconds."""
    seconds(call, 3)
    return max(1, int(duration / max(seconds(call, 10), 1e-7)))


def interleave(ours, rival, pairs=PAIRS):
    """Pairs (seconds of ours, seconds of the rival), each side first in every other pair."""
    times = []
    for number in range(pairs):
        if number % 2:
            theirs = rival()
            times.append((ours(), theirs))
        else:
            mine = ours()
            times.append((mine, rival()))
    return times


def interval_rank(count, level=0.95):
    """The largest r for which the r-th smallest and r-th largest of `count` values enclose
    the median with at least the probability `level` (order statistics, no distribution assumed)."""
    outside, rank = 0.0, 0
    while True:
        outside += 2 * math.comb(count, rank) / 2**count
        if outside > 1 - level:
            return rank
        rank += 1


def summarize(pairs):
    """Median ratio rival / ours with its 95 % interval, and both medians in seconds."""
    ratios = sorted(theirs / mine for mine, theirs in pairs)
    rank = max(1, interval_rank(len(ratios)))
    ours, rival = (sorted(side)[len(pairs) // 2] for side in zip(*pairs))
    return {"ratio": ratios[len(ratios) // 2], "low": ratios[rank - 1], "high": ratios[-rank], "ours": ours, "rival": rival}
