"""What a file tells of its making: every output is stamped, can be verified, and is not overwritten once edited.

bytes ─stamped─▶ bytes ─write_guarded─▶ file ─verify─▶ Verdict
"""
