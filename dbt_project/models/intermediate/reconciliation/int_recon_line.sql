-- What tax and the agency hold of every bill ('*') and each of its items, side by side, in three measures. Grain: bill × item. A view: nothing of it is
-- written but sums and what differs.
{{ config(materialized='view') }}

{{ rec_lines() }}
