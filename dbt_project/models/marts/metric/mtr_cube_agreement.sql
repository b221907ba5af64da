-- The metrics of the semantic model agreement, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_agreement_base'), 'agreement') }}
