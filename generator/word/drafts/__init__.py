"""A printed report as a draft: highlights, comments, and a watermark on every page."""
