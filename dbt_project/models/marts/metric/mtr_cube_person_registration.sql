-- The metrics of the semantic model person_registration, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_person_registration_base'), 'person_registration') }}
