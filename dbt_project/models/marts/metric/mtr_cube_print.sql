-- The metrics of the semantic model print, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_print_base'), 'print') }}
