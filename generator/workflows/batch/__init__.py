"""Many reports in one go: one bad, hanging or crashing input costs itself and nothing else.

inputs -listing-> jobs -run-> outcomes -> files, summary
                   │
        local processes or a cluster (executors), each making one report at a time (worker)
"""
