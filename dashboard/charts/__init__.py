"""Data frames in, Plotly figures out. No Streamlit, no SQL and no disk in this room."""
