"""Everything that reads the published snapshot, through the one gate; no Streamlit."""
