"""One module a page: calls services and components, holds no SQL."""
