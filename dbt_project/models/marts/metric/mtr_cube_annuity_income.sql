-- The metrics of the semantic model annuity_income, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_annuity_income_base'), 'annuity_income') }}
