-- The metrics of the semantic model resident_progress, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_resident_progress_base'), 'resident_progress') }}
