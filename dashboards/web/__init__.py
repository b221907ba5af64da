"""What the browser talks to: the ASGI application and the script that Streamlit runs."""
