"""Pages, documents, mails, static files and catalogues, with the loaders that turn them into text and PDF."""
