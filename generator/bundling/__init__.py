"""What is handed in, in one archive: the report, the scores, the evidence by indicator, its list, every digest.

input ─assess─▶ Assessment ─collect─▶ members ─write_archive─▶ .zip
                               └─placing: where each file of evidence goes, each of them once
"""

from generator.bundling.making import Bundled, bundle, shown_size

__all__ = ["Bundled", "bundle", "shown_size"]
