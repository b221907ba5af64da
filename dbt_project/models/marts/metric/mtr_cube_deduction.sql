-- The metrics of the semantic model deduction, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_deduction_base'), 'deduction') }}
