-- The metrics of the semantic model registration, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_registration_base'), 'registration') }}
