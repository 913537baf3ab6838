"""YAML files: read with positions, recovered where slips hide the structure, edited in place.

bytes -> text -> build -> Mapping
           └ scan, recover    only where YAML cannot read it, or cannot be meant so
"""
