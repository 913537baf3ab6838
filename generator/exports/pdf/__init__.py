"""PDF files and page pictures, made by LibreOffice where it is installed."""
