"""Tables that a bureau keeps in Excel or CSV, as the located nodes that the same table typed in YAML would give.

来源 ─grid─▶ bytes ─grid (CSV), excel─▶ Grid ─table─▶ columns, rows ─▶ Sequence of Mapping
"""
