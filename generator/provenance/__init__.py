"""The origin of every output: it is stamped, can be verified, and is not overwritten once edited.

bytes ─stamped─▶ bytes ─write_guarded─▶ file ─verify─▶ Verdict
"""
