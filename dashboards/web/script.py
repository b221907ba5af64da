"""The script that Streamlit runs. It lies apart from dashboards/pages, a folder that Streamlit would take for its own kind of pages."""

from dashboards import app

app.run()
