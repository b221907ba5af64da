-- The metrics of the semantic model money, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_money_base'), 'money') }}
