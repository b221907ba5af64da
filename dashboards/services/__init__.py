"""Pure functions between what a query returns and what a page shows; no Streamlit, no SQL."""
