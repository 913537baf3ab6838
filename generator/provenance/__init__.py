"""Stamps outputs, verifies them later, and never overwrites edited ones.

bytes ─stamped─▶ bytes ─write_guarded─▶ file ─verify─▶ Verification
"""
