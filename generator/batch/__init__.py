"""Many reports in one go: one bad, hanging or crashing input costs itself and nothing else.

    inputs ─find─▶ jobs ─run─▶ outcomes ─settle─▶ files, summary
                         │
               local lanes or a cluster

``find_inputs`` names the files; ``run`` has ``make_report`` make them on lanes, each of which is one worker process (or
a place on a cluster) with one report in hand; ``settled`` gives them their names; ``Summary`` counts what came of it.
"""

from generator.batch.jobs import Job, jobs_of
from generator.batch.lanes import Lanes, cluster_lanes, local_lanes
from generator.batch.listing import find_inputs
from generator.batch.outcome import Outcome, Status
from generator.batch.portable import Portable, make_pdf
from generator.batch.running import run
from generator.batch.settling import known_reports, settled
from generator.batch.summary import Summary
from generator.batch.working import guarded, make_report

__all__ = [
    "Job",
    "Lanes",
    "Outcome",
    "Portable",
    "Status",
    "Summary",
    "cluster_lanes",
    "find_inputs",
    "guarded",
    "jobs_of",
    "known_reports",
    "local_lanes",
    "make_pdf",
    "make_report",
    "run",
    "settled",
]
