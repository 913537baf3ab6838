"""Finished Word files put together: attachments behind a report, reports in a volume."""
