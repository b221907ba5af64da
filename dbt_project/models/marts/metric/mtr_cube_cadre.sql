-- The metrics of the semantic model cadre, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_cadre_base'), 'cadre') }}
