-- The metrics of the semantic model cadre_print, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_cadre_print_base'), 'cadre_print') }}
